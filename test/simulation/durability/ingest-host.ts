/**
 * A host that receives: what start-worker.ts puts together, on the simulated disk and log, and without sockets. The spool, the forwarder and
 * its housekeeping, the breaker, the building and the keeping of a delivery are the service's own.
 */
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import type { LogRecord } from '@rollcall/event-log/event-log'
import { unpackRecord } from '@rollcall/event-log/pack-record'
import type { Random } from '@rollcall/exotel-simulator/random'
import { buildObservation } from '@rollcall/ingest/build-observation'
import { keepDelivery } from '@rollcall/ingest/keep-delivery'
import { createAckWaiters, SWEEP_MS } from '@rollcall/ingest/spool/ack-waiters'
import { type Forwarding, startForwarding } from '@rollcall/ingest/spool/forwarding'
import { openSpool, type Spool } from '@rollcall/ingest/spool/open-spool'
import type { Book } from './book.ts'
import type { RunPlan } from './plan-run.ts'
import { SILENT } from './silent-logger.ts'
import type { SimulatedDisk } from './simulated-disk.ts'
import type { SimulatedLog } from './simulated-log.ts'
import type { Life, VirtualTime } from './virtual-time.ts'

export interface Delivery {
  readonly number: number
  readonly body: Buffer
}

export interface IngestHost {
  start(): void
  /** What a connection gets: an answer, later; `refused` where nobody listens, or who listened is gone. */
  deliver(delivery: Delivery, answer: (status: number | 'refused') => void): void
  kill(downMs: number): void
  powerCut(downMs: number): void
  /** As SIGTERM does. */
  stop(downMs: number): void
  pause(forMs: number): void
  setClock(aheadMs: number): void
  /** Null while no process runs, or the one that does is paused: it may not have looked yet at what it got. */
  spool(): { readonly isDrained: boolean; readonly quarantinedBytes: number } | null
  /** Its name; null while none runs. */
  running(): string | null
  starts(): number
  /** The most damage that was ever reported. */
  quarantinedBytesMax(): number
}

export const ACCOUNT = 'acme'
const DIRECTORY = '/spool/0'
const APPEND_DEADLINE_MS = 10_000
const RESTART_MS = 500
const KEPT_MS = 24 * 3_600_000
const CONTENT_TYPE = 'application/x-www-form-urlencoded'

interface Process {
  readonly life: Life
  receive: ((delivery: Delivery) => Promise<number>) | null
  spool: Spool | null
  forwarding: Forwarding | null
  readonly pending: Set<(status: 'refused') => void>
}

export const createIngestHost = (parts: {
  readonly plan: RunPlan
  readonly time: VirtualTime
  readonly disk: SimulatedDisk
  readonly log: SimulatedLog
  readonly book: Book
  readonly random: Random
}): IngestHost => {
  const { plan, time, disk, log, book, random } = parts
  let process: Process | null = null
  let starts = 0
  let aheadMs = 0
  let quarantined = 0

  const noteQuarantined = (of: Process): void => {
    quarantined = Math.max(quarantined, of.spool?.segments.stats().quarantinedBytes ?? 0)
  }

  /** Gone from one moment to the next; whoever waits for an answer sees the connection close. */
  const end = (of: Process, downMs: number): void => {
    if (of.life.isDead()) return
    noteQuarantined(of)
    of.life.kill()
    disk.settle(of.life)
    for (const refuse of of.pending) refuse('refused')
    if (process === of) process = null
    time.after(downMs, null, start)
  }

  const start = (): void => {
    if (process !== null) return
    starts += 1
    const life = time.beginLife(`ingest ${starts}`)
    life.aheadMs = aheadMs
    const started: Process = { life, receive: null, spool: null, forwarding: null, pending: new Set() }
    process = started
    time.after(0, life, () => void run(started).catch(() => end(started, RESTART_MS)))
  }

  const run = async (of: Process): Promise<void> => {
    const { life } = of
    const files = disk.seenBy(life)
    const { segmentBytesMax, tailBytesMax, pendingBytesMax, bytesMax, waitMs } = plan.spool
    const clock = (): number => Date.now()
    const findProcess = async (pid: number) => ({ pid, boot: 'simulated', started: life.name })
    const spool = await openSpool(DIRECTORY, { files, findProcess, clock, segmentBytesMax, tailBytesMax, pendingBytesMax })
    of.spool = spool
    const client = log.connect()
    let appending = 0
    const forwarding = startForwarding({
      spool,
      name: '0',
      keptMs: KEPT_MS,
      bytesMax,
      appending: () => appending,
      append: (records: readonly LogRecord[]) => {
        book.sent(life.name, records)
        return client.append(OBSERVATIONS_TOPIC, records, { deadlineMs: APPEND_DEADLINE_MS })
      },
      onAcknowledged: (records) => {
        book.acknowledged(records.map(({ payload }) => unpackRecord(payload).headers.ce_id ?? ''))
        for (const { seq } of records) waiters.acknowledge(seq)
        if (forwarding.forwarder.position() >= spool.segments.bounds().next) waiters.caughtUp()
      },
      clock,
      logger: SILENT,
    })
    of.forwarding = forwarding
    forwarding.running.catch(() => end(of, RESTART_MS))
    const waiters = createAckWaiters({ waitMs, monotonicMs: () => performance.now(), isAcknowledged: forwarding.forwarder.isAcknowledged })
    let isSweeping = false
    /** As every SWEEP_MS, where there is anybody to sweep. */
    const sweep = (): void => {
      waiters.sweep()
      isSweeping = waiters.size() > 0
      if (isSweeping) setTimeout(sweep, SWEEP_MS)
    }
    const startSweeping = (): void => {
      if (isSweeping) return
      isSweeping = true
      setTimeout(sweep, SWEEP_MS)
    }
    const append = (records: readonly Uint8Array[]): Promise<bigint> => {
      appending += 1
      return spool.segments.append(records).finally(() => {
        appending -= 1
      })
    }
    of.receive = async ({ number, body }) => {
      const id = `${number}.${random.hex(8)}`
      const observation = buildObservation({
        path: { account: ACCOUNT, secret: 'secret', surface: 'status-callback', query: null },
        method: 'POST',
        contentType: CONTENT_TYPE,
        body,
        id,
        receivedAt: clock(),
        source: '/rollcall/ingest/simulated/0',
        traceparent: null,
        utcOffsetMinutes: 330,
      })
      book.received(life.name, id, number)
      try {
        let spooledAt = performance.now()
        const appendOne = async (records: readonly Uint8Array[]): Promise<bigint> => {
          const seq = await append(records)
          spooledAt = performance.now()
          book.spooled(id, seq)
          startSweeping()
          return seq
        }
        const durability = await keepDelivery(observation, appendOne, waiters)
        book.kept(id, durability, performance.now() - spooledAt - waitMs)
        return 200
      } catch (error) {
        book.refused(id)
        if (error instanceof Error && error.name === 'SpoolUnusableError') setTimeout(() => end(of, RESTART_MS), 0)
        return 503
      }
    }
  }

  return {
    start,
    deliver: (delivery, answer) => {
      const to = process
      if (to === null || to.receive === null) return answer('refused')
      const { receive } = to
      let isAnswered = false
      const settle = (status: number | 'refused'): void => {
        if (isAnswered) return
        isAnswered = true
        to.pending.delete(settle)
        answer(status)
      }
      to.pending.add(settle)
      time.deliver(to.life, () => void receive(delivery).then(settle))
    },
    kill: (downMs) => {
      if (process !== null) end(process, downMs)
    },
    powerCut: (downMs) => {
      if (process !== null) end(process, downMs)
      disk.powerCut()
    },
    stop: (downMs) => {
      const stopping = process
      if (stopping === null || stopping.forwarding === null) return
      const { forwarding } = stopping
      stopping.receive = null
      time.deliver(
        stopping.life,
        () =>
          void (async () => {
            while (stopping.pending.size > 0) await new Promise((resolve) => setTimeout(resolve, 20))
            await forwarding.stop()
          })().then(
            () => end(stopping, downMs),
            () => end(stopping, downMs),
          ),
      )
    },
    pause: (forMs) => {
      const paused = process
      if (paused === null) return
      book.paused(paused.life.name)
      paused.life.pause()
      time.after(forMs, null, () => paused.life.goOn())
    },
    setClock: (next) => {
      aheadMs = next
      if (process !== null) process.life.aheadMs = next
    },
    spool: () => {
      if (process?.spool == null || process.forwarding === null || process.life.isPaused()) return null
      noteQuarantined(process)
      return { isDrained: process.forwarding.forwarder.position() >= process.spool.segments.bounds().next, quarantinedBytes: process.spool.segments.stats().quarantinedBytes }
    },
    running: () => process?.life.name ?? null,
    starts: () => starts,
    quarantinedBytesMax: () => quarantined,
  }
}
