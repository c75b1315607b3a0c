import { Worker } from 'node:worker_threads'
import type { EventLogAddress } from '@rollcall/event-log/open-event-log'
import { atOnce } from '../at-once.ts'
import type { Loaded, LoadOptions, LoadSpan } from './load-partition.ts'
import type { LoadSpans } from './load-projection.ts'

/** Of one thread, beside what it holds: what is read ahead, what is sent, and what is being made of it. */
const YOUNG_MB = 96
const OLD_MB = 200

export interface ThreadData extends Pick<LoadOptions, 'heldBytesMax' | 'keepVersions'> {
  readonly address: EventLogAddress
  readonly databaseUrl: string
  /** Of the thread's sessions in Postgres. */
  readonly applicationName: string
  /** What `newToldBefore` works on: one for all threads. */
  readonly toldBefore: SharedArrayBuffer
}

/** What a thread is told: a span to load, or that what it loads is not wanted any more. */
export type ThreadOrder = LoadSpan | 'stop'

export type ThreadAnswer =
  | { readonly loaded: Loaded }
  | { readonly failed: { readonly name: string; readonly message: string; readonly code?: string; readonly exitCode?: number } }

/** Loads partitions in threads of their own, one partition at a time in each. The first that fails ends the others, and so does `signal`. */
export const loadInThreads =
  (data: ThreadData, threadsMax: number, signal: AbortSignal): LoadSpans =>
  async (spans) => {
    const loaded: Loaded[] = []
    const idle = Array.from({ length: Math.min(threadsMax, spans.length) }, () => startThread(data))
    const threads = [...idle]
    const stop = (): void => {
      for (const thread of threads) thread.postMessage('stop' satisfies ThreadOrder)
    }
    signal.addEventListener('abort', stop)
    let failure: { readonly first: unknown } | null = null
    try {
      await atOnce(Math.max(1, threads.length), spans, async (span) => {
        try {
          signal.throwIfAborted()
          const thread = idle.pop() as Worker
          loaded.push(await ask(thread, span))
          idle.push(thread)
        } catch (error) {
          failure ??= { first: error }
          stop()
          // What the others say from now on is that they were stopped.
          throw failure.first
        }
      })
      return loaded
    } finally {
      signal.removeEventListener('abort', stop)
      await Promise.all(threads.map((thread) => thread.terminate()))
    }
  }

const startThread = (data: ThreadData): Worker =>
  // Without the options of the process: it has its telemetry, and its memory is bounded here.
  new Worker(new URL('./load-thread.js', import.meta.url), {
    workerData: data,
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB, maxOldGenerationSizeMb: OLD_MB + Math.ceil(data.heldBytesMax / 1024 ** 2) },
  })

/** One that runs out of memory says so in an error and is gone. */
const ask = (thread: Worker, span: LoadSpan): Promise<Loaded> =>
  new Promise((resolve, reject) => {
    thread.removeAllListeners()
    thread.once('error', reject)
    thread.once('exit', () => reject(new Error(`the thread that loaded partition ${span.partition} ended`)))
    thread.once('message', (answer: ThreadAnswer) => {
      if ('loaded' in answer) return resolve(answer.loaded)
      const { message, ...own } = answer.failed
      reject(Object.assign(new Error(message), own))
    })
    thread.postMessage(span satisfies ThreadOrder)
  })
