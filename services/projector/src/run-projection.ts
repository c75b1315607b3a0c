import { setTimeout as sleep } from 'node:timers/promises'
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import type { Clock } from '@rollcall/domain/time'
import { type EventLog, LogUnavailableError } from '@rollcall/event-log/event-log'
import { OperatorError } from '@rollcall/service/operator-error'
import { isRetryable } from '@rollcall/store/errors'
import type { Pool } from '@rollcall/store/pool'
import { foreignLog, releasePartitions } from '@rollcall/store/projection/claim-partitions'
import type { Logger } from '@rollcall/telemetry/create-logger'
import { createSession, type SessionStatus } from './projection-session.ts'
import { publishChanges } from './publish-outbox.ts'

const BACKOFF_MS_MIN = 200
const BACKOFF_MS_MAX = 5_000

export interface ProjectionOptions {
  readonly openLog: () => Promise<EventLog>
  readonly pool: Pool
  readonly instance: string
  readonly clock: Clock
  readonly logger: Logger
  readonly status: ProjectionStatus
}

export interface ProjectionStatus extends SessionStatus {
  /** Why it is not folding now; null when it is. */
  trouble: string | null
}

/** Folds until `signal`. Outages of the log and of Postgres are waited out for ever; what only a person can mend ends it. */
export const runProjection = async (options: ProjectionOptions, signal: AbortSignal): Promise<void> => {
  const { pool, instance, clock, logger, status } = options
  let stall: { readonly rebuiltAt: number; readonly since: number } | null = null
  let failures = 0
  while (!signal.aborted) {
    let log: EventLog | null = null
    try {
      log = await options.openLog()
      const session = createSession({ log, pool, instance, logClusterId: await sameLog(pool, log), clock }, status)
      if (stall !== null) session.inherit(stall.rebuiltAt, stall.since)
      status.trouble = null
      failures = 0
      const wantsNewClient = await runWithPublisher(session, pool, log, clock, signal)
      stall = wantsNewClient ? { rebuiltAt: clock(), since: session.stalledSince() } : null
      if (wantsNewClient) logger.warn({ event: 'projection.stalled', lag: String(status.lag) }, 'records wait and nothing moves: making a new client')
    } catch (error) {
      if (signal.aborted) break
      if (!(error instanceof LogUnavailableError) && !isRetryable(error)) throw error
      status.trouble = (error as Error).message
      const waitMs = Math.min(BACKOFF_MS_MAX, BACKOFF_MS_MIN * 2 ** failures)
      failures += 1
      logger.warn({ event: 'projection.waiting', waitMs, err: error }, 'the log or Postgres is away: trying again')
      await sleep(waitMs, undefined, { signal }).catch(() => {})
    } finally {
      await log?.close().catch(() => {})
    }
  }
  await releasePartitions(pool, OBSERVATIONS_TOPIC, instance).catch(() => {})
}

/** The publisher lives and ends with the session: whichever stops first stops the other. */
const runWithPublisher = async (session: ReturnType<typeof createSession>, pool: Pool, log: EventLog, clock: Clock, signal: AbortSignal): Promise<boolean> => {
  const stop = new AbortController()
  const all = AbortSignal.any([signal, stop.signal])
  const publishing = publishChanges(pool, log, session.owned, clock, all)
  try {
    return await Promise.race([session.run(all), publishing.then(() => false)])
  } finally {
    stop.abort()
    await publishing.catch(() => {})
  }
}

const sameLog = async (pool: Pool, log: EventLog): Promise<string> => {
  const clusterId = await log.clusterId()
  const other = await foreignLog(pool, OBSERVATIONS_TOPIC, clusterId)
  if (other !== null) {
    throw new OperatorError(
      `The projection in DATABASE_URL was folded from the log ${other}, but the configured log is ${clusterId}. Needed is the log it came from. ` +
        `Nothing was changed. Correct KAFKA_BROKERS or DATABASE_URL; if the log was replaced on purpose, run 'rollcall rebuild --swap' to fold it anew.`,
    )
  }
  return clusterId
}
