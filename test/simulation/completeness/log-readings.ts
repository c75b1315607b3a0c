import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import type { Instant } from '@rollcall/domain/time'
import type { EventLog } from '@rollcall/event-log/event-log'

/** When the log first told of a call's end, and of its recording. */
export interface Reading {
  /** By a row of the API. */
  readonly ended: Instant
  readonly recorded: Instant
  /** By a status callback. */
  readonly endedByWebhook: Instant
}

const READ = { maxBytes: 4 * 1_024 * 1_024, maxWaitMs: 0 }
const NEVER: Reading = { ended: Number.POSITIVE_INFINITY, recorded: Number.POSITIVE_INFINITY, endedByWebhook: Number.POSITIVE_INFINITY }
/** As Exotel writes them. */
const OVER: ReadonlySet<unknown> = new Set(['completed', 'failed', 'busy', 'no-answer', 'canceled'])

/** However it is encoded. */
const ANSWERED = /EventType\W+answered/

/** Each record of one account as it stands in the log, read here anew: no reader of ours has a say in it. By CallSid. */
export const logReadings = async (log: EventLog, account: string): Promise<ReadonlyMap<string, Reading>> => {
  const readings = new Map<string, Reading>()
  const bounds = await log.bounds(OBSERVATIONS_TOPIC)
  const positions = new Map([...bounds].map(([partition, { low }]) => [partition, low]))
  while ([...bounds].some(([partition, { next }]) => (positions.get(partition) ?? 0n) < next)) {
    for (const [partition, records] of await log.read(OBSERVATIONS_TOPIC, positions, READ)) {
      for (const { offset, headers, value } of records) {
        positions.set(partition, offset + 1n)
        const callSid = headers.ce_subject
        if (headers.ce_account !== account || callSid === undefined) continue
        const text = Buffer.from(value).toString()
        const at = Date.parse(headers.ce_time ?? '')
        const known = readings.get(callSid) ?? NEVER
        const earlier = (before: Instant, tells: boolean): Instant => (tells ? Math.min(before, at) : before)
        if (headers.ce_surface === 'status-callback') readings.set(callSid, { ...known, endedByWebhook: earlier(known.endedByWebhook, !ANSWERED.test(text)) })
        if (!/^call-/.test(headers.ce_surface ?? '')) continue
        const told = JSON.parse(text) as Record<string, unknown>
        const row = (told.Call ?? told) as Record<string, unknown>
        readings.set(callSid, {
          ...known,
          ended: earlier(known.ended, OVER.has(row.Status)),
          recorded: earlier(known.recorded, typeof row.RecordingUrl === 'string' && row.RecordingUrl !== ''),
        })
      }
    }
  }
  return readings
}
