import { toLogRecord } from '@rollcall/contracts/observation-record'
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import type { EventLog, LogRecord } from '@rollcall/event-log/event-log'
import { type LogPlan, planLog } from './plan-log.ts'

const APPENDED_AT_ONCE = 2_000
/** Appends on their way, so that planning and writing go on at the same time. */
const APPENDS_AHEAD = 4
const APPEND_MS_MAX = 60_000
const TOLD_EVERY = 1_000_000

/** Appends the planned observations. */
export const fillLog = async (log: EventLog, plan: LogPlan, onLine: (line: string) => void, signal: AbortSignal): Promise<void> => {
  const appending: Promise<void>[] = []
  let batch: LogRecord[] = []
  let appended = 0
  const append = async (): Promise<void> => {
    if (appending.length >= APPENDS_AHEAD) await appending.shift()
    const sending = log.append(OBSERVATIONS_TOPIC, batch, { deadlineMs: APPEND_MS_MAX })
    sending.catch(() => {})
    appending.push(sending)
    appended += batch.length
    batch = []
    if (appended % TOLD_EVERY === 0) onLine(`  ${appended} observations in the log`)
  }
  for (const observation of planLog(plan)) {
    batch.push(toLogRecord(observation))
    if (batch.length === APPENDED_AT_ONCE) {
      signal.throwIfAborted()
      await append()
    }
  }
  if (batch.length > 0) await append()
  await Promise.all(appending)
}
