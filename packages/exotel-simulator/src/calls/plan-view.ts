import type { Instant } from '../clock/simulator-clock.ts'
import { INDIA_OFFSET_MINUTES } from '../ist-text.ts'
import { lagMs } from '../lag.ts'
import { createRandom, type Random } from '../random.ts'
import type { CallKind } from './call-kind.ts'
import type { CallWorld } from './call-world.ts'
import type { CallStyle, CallTruth, LedgerCall, RowChange } from './ledger-call.ts'

/** Purposes of the random streams of one call; a number once given is never reused. */
const VIEW_STREAM = 2
const LATE_STREAM = 7
const CHANGE_STREAM = 8

/** What a price was before it was put right. */
const EARLIER_PRICE = '0.3'
const EMPTY_PARTS = (['empty', 'absent', 'null'] as const).map((name) => ({ name, weight: 1 }))

/** From when the API shows what of the call, and how it is written down. */
export const planView = (
  { seed, traffic, webhooks, utcOffsetMinutes = INDIA_OFFSET_MINUTES }: CallWorld,
  path: readonly number[],
  { kind, begunAt, hungUpAt, truth }: { readonly kind: CallKind; readonly begunAt: Instant; readonly hungUpAt: Instant; readonly truth: CallTruth },
): Pick<LedgerCall, 'visible' | 'changes' | 'style'> => {
  const view = createRandom(seed, ...path, VIEW_STREAM)
  const either = <One, Other>(one: One, other: Other): One | Other => (view.chance(0.5) ? one : other)
  const indexedFrom = hungUpAt + lagMs(traffic.listLagSeconds, view.unit())
  const listedFrom = isEverListed(kind, traffic) ? indexedFrom : null
  const finalFrom = hungUpAt + lagMs(traffic.finalisationLagSeconds, view.unit())
  const recordedFrom = hungUpAt + lagMs(traffic.recordingLagSeconds, view.unit())
  const { numbers, nulls } = traffic.rows
  const style: CallStyle = {
    numbers: numbers === 'mixed' ? either('number' as const, 'string' as const) : numbers,
    nulls: nulls === 'mixed' ? either('null' as const, 'empty' as const) : nulls,
    missingRecording: either('absent' as const, 'empty' as const),
    legsSayAnsweredBy: view.chance(0.5),
    emptyParts: webhooks?.emptyParts === 'mixed' ? view.pick(EMPTY_PARTS).name : (webhooks?.emptyParts ?? 'empty'),
    answeredEnd: webhooks?.answeredEnd ?? 'absent',
    boundary: webhooks?.boundary ?? 'dashes',
    utcOffsetMinutes,
    v3Callback: webhooks?.v3Callback === 'flat' ? 'flat' : 'call-details',
  }

  const late = createRandom(seed, ...path, LATE_STREAM)
  const isLate = late.chance(traffic.lateRecordings.share)
  const lateMs = lagMs(traffic.lateRecordings.lagSeconds, late.unit())
  const recordingFrom = truth.recordingUrl === null ? null : recordedFrom + (isLate ? lateMs : 0)

  const change = createRandom(seed, ...path, CHANGE_STREAM)
  const changes = planChanges(traffic.changes, truth, Math.max(finalFrom, recordingFrom ?? 0), change)
  const vanishes = change.chance(traffic.vanishing.rate)
  const vanishedAt = hungUpAt + lagMs(traffic.vanishing.afterSeconds, change.unit())
  const hidden = vanishes ? { from: vanishedAt, to: vanishedAt + lagMs(traffic.vanishing.forSeconds, change.unit()) } : null
  const settledFrom = Math.max(listedFrom ?? 0, finalFrom, recordingFrom ?? 0, hidden?.to ?? 0, ...changes.map(({ at }) => at))
  return { visible: { begunAt, hungUpAt, listedFrom, finalFrom, recordingFrom, hidden, settledFrom }, changes, style }
}

/** Two kinds of call of which nobody knows whether the v1 list has them. */
const isEverListed = (kind: CallKind, { undialledListed, v3Listed }: CallWorld['traffic']): boolean =>
  (undialledListed || kind !== 'outbound-undialled') && (v3Listed || kind !== 'outbound-v3')

/** One more change of a row that looked final. A field that cannot have been otherwise does not change. */
const planChanges = ({ rate, afterSeconds, fields }: CallWorld['traffic']['changes'], truth: CallTruth, finalFrom: Instant, random: Random): RowChange[] => {
  const happens = random.chance(rate)
  const at = finalFrom + Math.max(lagMs(afterSeconds, random.unit()), 1_000)
  const field = fields[random.integer(0, fields.length - 1)] as RowChange['field']
  if (!happens) return []
  switch (field) {
    case 'price':
      return truth.price === '0' ? [] : [{ at, field, before: EARLIER_PRICE }]
    case 'status':
      return [{ at, field, before: truth.status === 'failed' ? 'no-answer' : 'failed' }]
    case 'durationSeconds':
      return [{ at, field, before: Math.max(truth.durationSeconds - 1, 0) }]
    case 'recordingUrl':
      return truth.recordingUrl === null ? [] : [{ at, field, before: null }]
    default:
      return field satisfies never
  }
}
