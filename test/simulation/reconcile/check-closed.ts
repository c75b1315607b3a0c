/** Whether a window was closed, and amended, by right. Times are true ones, give or take what clocks may differ. */
import { type CallRecord, fieldOf } from '@rollcall/domain/call/record'
import { type Instant, SECOND } from '@rollcall/domain/time'
import type { LedgerCall } from '@rollcall/exotel-simulator/calls/ledger-call'
import { shownTruth } from '@rollcall/exotel-simulator/calls/shown-truth'
import { LISTED_FIELDS, type ListedField, sameValue } from './listed-fields.ts'
import type { Reading } from './read-conclusions.ts'

/** A clock that differs by no more than this is taken as right (vendor-clock.ts). */
export const SKEW_MS_TOLERATED = 5 * SECOND + SECOND

/** What is wrong with a window that became final by these scans. Excused are calls that nobody could have known of. */
export const checkFinal = (
  calls: readonly LedgerCall[],
  scans: readonly Reading[],
  records: ReadonlyMap<string, CallRecord>,
  now: Instant,
): { readonly wrong: readonly string[]; readonly excused: number } => {
  const [first, second] = scans
  if (first === undefined || second === undefined) return { wrong: ['has no two scans'], excused: 0 }
  const wrong: string[] = []
  let excused = 0
  for (const call of calls) {
    const { listedFrom, hidden } = call.visible
    if (listedFrom === null) continue
    const record = records.get(call.callSid)
    if (listedFrom > now) {
      wrong.push(`${call.callSid} appears only at ${iso(listedFrom)}`)
    } else if (record === undefined) {
      // Gone from before the first of the two scans had ended until after the second had begun: no reader can know of it.
      if (hidden !== null && hidden.from <= first.to + SKEW_MS_TOLERATED && hidden.to >= second.from) excused += 1
      else wrong.push(`${call.callSid}, listed from ${iso(listedFrom)}, is not held`)
    } else {
      // A webhook may have told the truth before the row does.
      const shown = (field: ListedField) => [call.truth[field], ...[second.from, second.to + SKEW_MS_TOLERATED, now].map((at) => shownValue(call, field, at))]
      const fields = LISTED_FIELDS.filter((field) => !shown(field).some((value) => sameValue(field, fieldOf(record, field), value)))
      if (fields.length > 0 && (hidden === null || hidden.from > second.to + SKEW_MS_TOLERATED || hidden.to < first.from))
        wrong.push(`${call.callSid} holds ${fields.map((field) => `${field} ${fieldOf(record, field)}, true is ${shownValue(call, field, now)}`).join('; ')}`)
    }
  }
  return { wrong, excused }
}

/** How often what the list says of these calls has changed in the span. */
export const changesBetween = (calls: readonly LedgerCall[], from: Instant, to: Instant): number =>
  calls.flatMap(momentsOf).filter((at) => at >= from - SKEW_MS_TOLERATED && at <= to + SKEW_MS_TOLERATED).length

const momentsOf = ({ visible: { listedFrom, finalFrom, recordingFrom, hidden }, changes }: LedgerCall): readonly Instant[] =>
  [listedFrom, finalFrom, recordingFrom, hidden?.from, hidden?.to, ...changes.map(({ at }) => at)].flatMap((at) => at ?? [])

const shownValue = (call: LedgerCall, field: ListedField, at: Instant): string | number | null => {
  const { finalFrom, recordingFrom } = call.visible
  if (field === 'recordingUrl' && (recordingFrom === null || at < recordingFrom)) return null
  if ((field === 'endedAt' || field === 'durationSeconds' || field === 'price') && at < finalFrom) return null
  return shownTruth(call, at)[field]
}

export const iso = (at: Instant): string => (Number.isFinite(at) ? new Date(at).toISOString() : 'never')
