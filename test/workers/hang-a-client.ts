import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import type { EventLog } from '@rollcall/event-log/event-log'
import { openKafkaEventLog } from '@rollcall/event-log/kafka/kafka-event-log'
import { newProjectionStatus } from '@rollcall/projector/projection-status'
import { runProjection } from '@rollcall/projector/run-projection'
import { traffic } from '@rollcall/projector/testing/call-records'
import { until } from '@rollcall/projector/testing/until'
import type { Pool } from '@rollcall/store/pool'
import { createLogger } from '@rollcall/telemetry/create-logger'

const CALLS = 1_000
/** Of other calls than the load's. */
const FIRST_CALL = 1_000_000_000
const HEALS_MS_MAX = 120_000
const APPEND_MS_MAX = 30_000

/** A client of the log that stays connected and never answers a read again, as clients do: how long until records are folded again, milliseconds. */
export const hangAClient = async ({ brokers, pool }: { readonly brokers: readonly string[]; readonly pool: Pool }): Promise<{ readonly healedMs: number }> => {
  const stopping = new AbortController()
  const status = newProjectionStatus()
  let clients = 0
  let hung = false
  const openLog = async (): Promise<EventLog> => {
    clients += 1
    const log = await openKafkaEventLog({ brokers, clientId: 'prove-workers-hung' })
    if (clients > 1) return log
    return { ...log, read: (...args) => (hung ? new Promise(() => {}) : log.read(...args)) }
  }
  const ended = runProjection(
    { openLog, pool, instance: 'hung', clock: Date.now, monotonic: () => performance.now(), logger: createLogger({ service: 'projector', level: 'silent' }), status },
    stopping.signal,
  )
  try {
    await until('it owns everything', () => status.owned.length === 12)
    hung = true
    const log = await openKafkaEventLog({ brokers, clientId: 'prove-workers' })
    await log.append(OBSERVATIONS_TOPIC, traffic(CALLS, FIRST_CALL), { deadlineMs: APPEND_MS_MAX })
    await log.close()
    const [before, began] = [status.observations, performance.now()]
    await until('it folds again', () => status.observations > before, HEALS_MS_MAX)
    const healedMs = Math.round(performance.now() - began)
    await until('all of it', () => status.lag === 0n, HEALS_MS_MAX)
    return { healedMs }
  } finally {
    stopping.abort()
    await ended
  }
}
