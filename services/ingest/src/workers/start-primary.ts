import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { IngestStatus } from '@rollcall/contracts/ingest-status'
import type { Readiness } from '@rollcall/service/health-answer'
import { OperatorError } from '@rollcall/service/operator-error'
import type { ServiceContext } from '@rollcall/service/run-service'
import { mergePrometheusTexts } from '@rollcall/telemetry/merge-prometheus-texts'
import { addStatuses } from './add-statuses.ts'
import { askWorker } from './ask-worker.ts'
import type { AccountsNotice, WorkerReport } from './worker-report.ts'

/** A worker that dies soon after its start is replaced later and later; one that had lived is replaced at once. */
const LIVED_MS = 10_000
const REPLACE_MS_FIRST = 100
const REPLACE_MS_MAX = 5_000

export interface Primary {
  /** Not where one worker is not: what it is sent is refused, and another host would take it. */
  ready(): Promise<Readiness>
  /** All workers that answer, added up; null while none does. */
  status(): Promise<IngestStatus | null>
  metrics(): Promise<string>
  /** Has every worker read the accounts file again. */
  rereadAccounts(): Promise<void>
}

/** A worker that answered. */
interface Asked {
  readonly index: number
  readonly report: WorkerReport
}

/**
 * Keeps `count` workers on one port. Worker *i* owns spool *i*; when it dies its successor gets the same number, takes the spool
 * over and forwards what is in it. The primary itself touches neither deliveries nor the log.
 */
export const startPrimary = (count: number, { logger, signal, onStop, fail }: ServiceContext): Primary => {
  const workers = new Map<number, Worker>()
  /** Those that receive, and so can answer. */
  const receiving = new Set<Worker>()

  const start = (index: number, earlyDeaths: number): void => {
    const worker = cluster.fork({ INGEST_WORKER_INDEX: String(index) })
    const startedAt = performance.now()
    workers.set(index, worker)
    worker.once('listening', () => receiving.add(worker))
    worker.once('exit', (code: number | null, killedBy: string | null) => {
      workers.delete(index)
      receiving.delete(worker)
      if (signal.aborted) return
      if (code === 2) return fail(new OperatorError(`worker ${index} cannot start; see above`))
      logger.error({ event: 'worker.died', worker: index, code, killedBy }, 'a worker died and is replaced')
      const deaths = performance.now() - startedAt > LIVED_MS ? 0 : earlyDeaths + 1
      sleep(deaths === 0 ? 0 : Math.min(REPLACE_MS_MAX, REPLACE_MS_FIRST * 2 ** deaths), undefined, { signal }).then(
        () => start(index, deaths),
        () => {},
      )
    })
  }
  for (let index = 0; index < count; index += 1) start(index, 0)

  onStop('workers', async () => {
    const running = [...workers.values()]
    for (const worker of running) worker.process.kill('SIGTERM')
    await Promise.all(running.map((worker) => (worker.isDead() ? undefined : once(worker, 'exit'))))
  })

  const askAll = async (): Promise<readonly Asked[]> => {
    const asked = await Promise.all([...workers].filter(([, worker]) => receiving.has(worker)).map(async ([index, worker]) => ({ index, report: await askWorker(worker) })))
    return asked.flatMap(({ index, report }) => (report === null ? [] : [{ index, report }]))
  }

  return {
    status: async () => addStatuses((await askAll()).map(({ report }) => report.status)),
    metrics: async () => mergePrometheusTexts((await askAll()).map(({ report }) => report.metrics)),
    // A worker that only starts reads it by itself.
    rereadAccounts: async () => {
      for (const worker of receiving) if (worker.isConnected()) worker.send({ kind: 'accounts-changed' } satisfies AccountsNotice, () => {})
    },
    ready: async () => {
      if (signal.aborted) return { ready: false, reason: 'stopping' }
      const asked = await askAll()
      if (asked.length === 0) return { ready: false, reason: 'no worker receives' }
      for (const { index, report } of asked) if (!report.ready.ready) return { ready: false, reason: `worker ${index}: ${report.ready.reason}` }
      return { ready: true }
    },
  }
}
