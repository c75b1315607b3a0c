import { FIELDS, type Field } from '@rollcall/domain/call/fact'
import { merge } from '@rollcall/domain/call/merge'
import { type CallRecord, fieldOf } from '@rollcall/domain/call/record'
import { maskText } from '@rollcall/domain/privacy/mask-text'
import { canonicalTime, type Instant, SECOND } from '@rollcall/domain/time'
import type { RecordingCheck } from '@rollcall/store/chase/recording-checks'
import type { StoredJudgement } from '@rollcall/store/reconcile/read-judgements'
import type { CallChase } from '@rollcall/store/timeline/read-call-chases'
import type { CallObservation } from '@rollcall/store/timeline/read-call-observations'

/** Everything that is known of how we came to know one call. Times are RFC 3339, durations seconds; nothing in it names a person. */
export interface CallTimeline {
  readonly account: string
  readonly callSid: string
  readonly createdAt: string | null
  readonly endedAt: string | null
  readonly observations: readonly TimelineObservation[]
  readonly judgements: readonly TimelineJudgement[]
  readonly chases: readonly TimelineChase[]
  /** What the recording's host said; null where it was not asked. */
  readonly recording: TimelineRecording | null
}

interface TimelineRecording extends Omit<RecordingCheck, 'checkedAt'> {
  readonly at: string
}

interface TimelineObservation {
  /** Received then, and durable since. */
  readonly at: string
  /** Partition and offset in the log. */
  readonly position: string
  readonly how: string
  readonly surface: string
  readonly event: string | null
  readonly outcome: CallObservation['outcome']
  /** When it was so at the vendor, as far as it says; and how long after that it was received. */
  readonly vendorTime: string | null
  readonly delaySeconds: number | null
  /** How long after the call's end it was received; null where that is not known. */
  readonly afterEndSeconds: number | null
  /** What it changed in the call record, and to what; what may be about a person is masked. */
  readonly changed: Readonly<Partial<Record<Field, string>>>
}

interface TimelineJudgement extends Pick<StoredJudgement, 'expectation' | 'rule' | 'outcome' | 'reason'> {
  readonly arrivedAt: string | null
  readonly judgedAt: string
  /** When something else was said; null for what holds now. */
  readonly replacedAt: string | null
}

interface TimelineChase extends Pick<CallChase, 'why' | 'asked' | 'outcome' | 'reason'> {
  readonly since: string
  readonly begunAt: string
  readonly askedAt: string | null
  readonly withoutAt: string | null
  readonly due: string | null
  readonly endedAt: string | null
}

/** What the reconciler asked for this call alone. */
export interface AskedOfCall {
  readonly chases: readonly CallChase[]
  readonly recording: RecordingCheck | null
}

/** Folds the observations again, one by one, to tell what each changed. Pure. */
export const callTimeline = (call: CallRecord, observations: readonly CallObservation[], judgements: readonly StoredJudgement[], asked: AskedOfCall): CallTimeline => {
  const { account, callSid } = call
  const endedAt = fieldOf(call, 'endedAt')
  let record: CallRecord | null = null
  return {
    account,
    callSid,
    createdAt: fieldOf(call, 'createdAt'),
    endedAt,
    observations: observations.map(({ partition, logOffset, how, surface, event, source, outcome, receivedAt, vendorTime, values }) => {
      const before: CallRecord | null = record
      if (outcome === 'facts') record = merge(before, [{ account, callSid, source, receivedAt, vendorTime, event, values }])
      return {
        at: canonicalTime(receivedAt),
        position: `${partition}/${logOffset}`,
        how,
        surface,
        event,
        outcome,
        vendorTime: textOf(vendorTime),
        delaySeconds: vendorTime === null ? null : (receivedAt - vendorTime) / SECOND,
        afterEndSeconds: endedAt === null ? null : (receivedAt - Date.parse(endedAt)) / SECOND,
        changed: changedBy(before, record),
      }
    }),
    judgements: judgements
      .toSorted((a, b) => a.judgedAt - b.judgedAt)
      .map(({ expectation, rule, outcome, reason, arrivedAt, judgedAt, replacedAt }) => ({
        expectation,
        rule,
        outcome,
        reason,
        arrivedAt: textOf(arrivedAt),
        judgedAt: canonicalTime(judgedAt),
        replacedAt: textOf(replacedAt),
      })),
    recording: asked.recording === null ? null : recordingOf(asked.recording),
    chases: asked.chases.map(({ since, begunAt, askedAt, withoutAt, due, endedAt: over, why, asked, outcome, reason }) => ({
      why,
      asked,
      outcome,
      reason,
      since: canonicalTime(since),
      begunAt: canonicalTime(begunAt),
      askedAt: textOf(askedAt),
      withoutAt: textOf(withoutAt),
      due: textOf(due),
      endedAt: textOf(over),
    })),
  }
}

const recordingOf = ({ checkedAt, ...check }: RecordingCheck): TimelineRecording => ({ at: canonicalTime(checkedAt), ...check })

const textOf = (at: Instant | null): string | null => (at === null ? null : canonicalTime(at))

const changedBy = (before: CallRecord | null, after: CallRecord | null): Partial<Record<Field, string>> => {
  const changed: Partial<Record<Field, string>> = {}
  for (const field of FIELDS) {
    const value = after === null ? null : fieldOf(after, field)
    if (value !== null && (before === null || fieldOf(before, field) !== value)) changed[field] = shownValue(field, value)
  }
  return changed
}

/** What may be about a person, or lead to what was said. */
const MASKED: ReadonlySet<Field> = new Set(['from', 'to', 'customField', 'forwardedFrom', 'callerName'])

const shownValue = (field: Field, value: string): string => {
  if (field === 'recordingUrl') return URL.canParse(value) ? `at ${new URL(value).host}` : 'no address'
  return MASKED.has(field) ? maskText(value) : value
}
