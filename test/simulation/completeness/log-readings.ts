import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import type { Instant } from '@rollcall/domain/time'
import type { EventLog } from '@rollcall/event-log/event-log'

/** When rows of the API first told two things of a call, by the log itself. */
export interface Reading {
  readonly read: Instant
  readonly ended: Instant
  readonly recorded: Instant
}

const READ = { maxBytes: 4 * 1_024 * 1_024, maxWaitMs: 0 }
const NEVER: Reading = { read: Number.POSITIVE_INFINITY, ended: Number.POSITIVE_INFINITY, recorded: Number.POSITIVE_INFINITY }
/** As Exotel writes them. */
const OVER: ReadonlySet<unknown> = new Set(['completed', 'failed', 'busy', 'no-answer', 'canceled'])

/** Each row of one account as it stands in the log, read here anew: no reader of ours has a say in it. By CallSid. */
export const logReadings = async (log: EventLog, account: string): Promise<ReadonlyMap<string, Reading>> => {
  const readings = new Map<string, Reading>()
  const bounds = await log.bounds(OBSERVATIONS_TOPIC)
  const positions = new Map([...bounds].map(([partition, { low }]) => [partition, low]))
  while ([...bounds].some(([partition, { next }]) => (positions.get(partition) ?? 0n) < next)) {
    for (const [partition, records] of await log.read(OBSERVATIONS_TOPIC, positions, READ)) {
      for (const { offset, headers, value } of records) {
        positions.set(partition, offset + 1n)
        if (headers.ce_account !== account || !/^call-/.test(headers.ce_surface ?? '')) continue
        const told = JSON.parse(Buffer.from(value).toString()) as Record<string, unknown>
        const row = (told.Call ?? told) as Record<string, unknown>
        const at = Date.parse(headers.ce_time ?? '')
        const known = readings.get(String(row.Sid)) ?? NEVER
        const earlier = (before: Instant, tells: boolean): Instant => (tells ? Math.min(before, at) : before)
        readings.set(String(row.Sid), {
          read: Math.min(known.read, at),
          ended: earlier(known.ended, OVER.has(row.Status)),
          recorded: earlier(known.recorded, typeof row.RecordingUrl === 'string' && row.RecordingUrl !== ''),
        })
      }
    }
  }
  return readings
}
