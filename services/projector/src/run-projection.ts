import { setTimeout as sleep } from 'node:timers/promises'
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import type { Clock } from '@rollcall/domain/time'
import { type EventLog, TopicMissingError } from '@rollcall/event-log/event-log'
import type { Pool } from '@rollcall/store/pool'
import { checkLog } from '@rollcall/store/projection/check-log'
import { releasePartitions } from '@rollcall/store/projection/claim-partitions'
import { readPositions } from '@rollcall/store/projection-positions'
import type { Logger } from '@rollcall/telemetry/create-logger'
import { answerInTime } from './answer-in-time.ts'
import { backoffMs } from './backoff-ms.ts'
import { halt } from './check-position.ts'
import { isPassing } from './is-passing.ts'
import { messageOf } from './message-of.ts'
import { newPartitionProgress } from './partition-progress.ts'
import { runSession, type SessionOptions } from './projection-session.ts'
import type { ProjectionStatus } from './projection-status.ts'
import { type PublishOptions, publishChanges } from './publish-outbox.ts'
import { settledWithin } from './settled-within.ts'

/** With more records than this waiting, folding comes before publishing. */
const BEHIND_RECORDS_MIN = 10_000n
/** The session's own ending is bounded below this; a publisher whose append is under way ends by its deadline, unheard. */
const ENDING_MS_MAX = 6_000

export interface ProjectionOptions {
  readonly openLog: () => Promise<EventLog>
  readonly pool: Pool
  readonly instance: string
  readonly clock: Clock
  /** Milliseconds of a clock that nobody sets. */
  readonly monotonic: () => number
  readonly logger: Logger
  readonly status: ProjectionStatus
}

/**
 * Folds until `signal`, then gives its partitions back. Outages of the log and of Postgres are waited out for ever, and `status` says so
 * meanwhile; what only a person can mend ends it.
 */
export const runProjection = async ({ openLog, pool, instance, clock, monotonic, logger, status }: ProjectionOptions, signal: AbortSignal): Promise<void> => {
  const progress = newPartitionProgress()
  let failures = 0
  while (!signal.aborted) {
    let log: EventLog | null = null
    try {
      log = await openLog()
      const logClusterId = await sameLog(pool, log)
      const publishing: PublishOptions = {
        pool,
        log,
        clock,
        partitions: () => status.owned,
        behind: () => status.lag > BEHIND_RECORDS_MIN,
        onTooLarge: (account, bytes) => logger.error({ event: 'projection.change-too-large', account, bytes }, 'a changed call is too large for the log and was not published'),
        onTrouble: (trouble) => {
          status.publishTrouble = trouble
          if (trouble !== null) logger.warn({ event: 'projection.publishing-waits', reason: trouble }, 'the changelog is away: folding goes on, trying again')
        },
      }
      if (await runWithPublisher({ log, pool, instance, logClusterId, clock, monotonic, status, progress }, publishing, signal)) {
        logger.warn({ event: 'projection.stalled', lag: String(status.lag) }, 'records wait and nothing moves: making a new client')
      }
    } catch (error) {
      if (signal.aborted) break
      if (!isPassing(error)) throw error
      await haltIfVanished(pool, error)
      failures = status.trouble === null ? 1 : failures + 1
      status.trouble = messageOf(error)
      progress.startOver()
      const waitMs = backoffMs(failures)
      logger.warn({ event: 'projection.waiting', waitMs, reason: status.trouble }, 'the log or Postgres is away: trying again')
      await sleep(waitMs, undefined, { signal }).catch(() => {})
    } finally {
      if (log !== null) await answerInTime('close', log.close()).catch(() => {})
    }
  }
  await releasePartitions(pool, OBSERVATIONS_TOPIC, instance).catch((error) => logger.warn({ event: 'projection.not-released', err: error }, 'others wait until the lease lapses'))
}

/** The publisher lives and ends with the session: whichever stops first stops the other. */
const runWithPublisher = async (session: SessionOptions, publishing: PublishOptions, signal: AbortSignal): Promise<boolean> => {
  const stop = new AbortController()
  const stopped = AbortSignal.any([signal, stop.signal])
  const work = [runSession(session, stopped), publishChanges(publishing, stopped).then(() => false)]
  try {
    return await Promise.race(work)
  } finally {
    stop.abort()
    await settledWithin(ENDING_MS_MAX, work)
  }
}

const sameLog = async (pool: Pool, log: EventLog): Promise<string> => {
  const clusterId = await answerInTime('cluster id', log.clusterId())
  await checkLog(pool, OBSERVATIONS_TOPIC, clusterId)
  return clusterId
}

/** A topic that is not there is waited for while nothing of it is folded. What was folded cannot come back by waiting. @throws OperatorError */
const haltIfVanished = async (pool: Pool, error: unknown): Promise<void> => {
  if (!(error instanceof TopicMissingError) || error.topic !== OBSERVATIONS_TOPIC) return
  const positions = await readPositions(pool, OBSERVATIONS_TOPIC).catch((outage: unknown) => {
    if (isPassing(outage)) return new Map<number, bigint>()
    throw outage
  })
  const folded = [...positions].find(([, next]) => next > 0n)
  if (folded !== undefined) throw halt(...folded, 'the log has no such topic')
}
