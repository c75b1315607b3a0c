import type { LedgerCall } from '../calls/ledger-call.ts'
import { secondOf } from '../calls/seconds.ts'
import { shownTruth } from '../calls/shown-truth.ts'
import type { Instant } from '../clock/simulator-clock.ts'
import { istText } from '../ist-text.ts'
import type { ApiProfile } from './api-profile.ts'

type RowValue = string | number | null | RowObject | readonly RowObject[]
export interface RowObject {
  readonly [field: string]: RowValue
}

export interface RowOptions {
  readonly account: string
  readonly now: Instant
  /** A row of the list has PhoneNumber as well. */
  readonly shape: 'list' | 'single'
  readonly details: boolean
  /** Left out: the defaults. */
  readonly profile?: RowProfile
}

type RowProfile = Pick<ApiProfile, 'listPhone' | 'uris' | 'preSignedUrls'>
const USUAL: RowProfile = { listPhone: 'both', uris: 'real', preSignedUrls: false }

/** How long a pre-signed address holds where nothing else was asked for. */
const PRESIGNED_SECONDS = 300

/** When the row last changed, as the vendor would write it. */
const updatedAt = ({ truth, visible, changes }: LedgerCall, now: Instant): Instant => {
  const times = [visible.begunAt, visible.hungUpAt, visible.finalFrom, ...(visible.recordingFrom === null ? [] : [visible.recordingFrom]), ...changes.map(({ at }) => at)]
  return Math.max(secondOf(Math.max(...times.filter((at) => at <= now))), truth.createdAt)
}

/** The call as the API answers it at `now`: running, hung up but not final, final, with its recording. */
export const callRow = (call: LedgerCall, { account, now, shape, details, profile = USUAL }: RowOptions): RowObject => {
  const { callSid, visible, style } = call
  const truth = shownTruth(call, now)
  const over = now >= visible.hungUpAt
  const final = now >= visible.finalFrom
  const unknown = style.nulls === 'null' ? null : ''
  const decimal = (text: string, places: number) => (style.numbers === 'number' ? Number(text) : Number(text).toFixed(places))
  const recordingUrl = visible.recordingFrom !== null && now >= visible.recordingFrom ? truth.recordingUrl : null
  const time = (at: Instant) => istText(at, style.utcOffsetMinutes)

  return {
    Sid: callSid,
    ParentCallSid: truth.parentCallSid ?? unknown,
    DateCreated: time(truth.createdAt),
    DateUpdated: time(updatedAt(call, now)),
    AccountSid: account,
    To: truth.to,
    From: truth.from,
    ...(shape === 'list' && profile.listPhone !== 'sid' ? { PhoneNumber: truth.exophone } : {}),
    ...(shape === 'list' && profile.listPhone === 'number' ? {} : { PhoneNumberSid: truth.exophone }),
    Status: over ? truth.status : 'in-progress',
    StartTime: time(truth.startedAt),
    EndTime: final ? time(truth.endedAt) : unknown,
    Duration: final ? decimal(String(truth.durationSeconds), 0) : unknown,
    Price: final ? decimal(truth.price, 3) : unknown,
    Direction: truth.direction,
    AnsweredBy: over ? (truth.answeredBy ?? unknown) : unknown,
    ForwardedFrom: unknown,
    CallerName: unknown,
    Uri: profile.uris === 'real' ? `/v1/Accounts/${account}/Calls/${callSid}.json` : `/v1/Accounts/${account}/Calls.json/${callSid}`,
    RecordingUrl: recordingUrl ?? unknown,
    ...(recordingUrl !== null && profile.preSignedUrls
      ? { PreSignedRecordingUrl: `${recordingUrl}?Expires=${Math.floor(now / 1_000) + PRESIGNED_SECONDS}&Signature=simulated` }
      : {}),
    ...(details ? { Details: detailsOf(call, { over, final, unknown }) } : {}),
  }
}

/** Legs come wrapped here, unlike in callbacks; a second one only where somebody was dialled. */
const detailsOf = ({ truth }: LedgerCall, { over, final, unknown }: { over: boolean; final: boolean; unknown: '' | null }): RowObject => ({
  ConversationDuration: final ? truth.conversationSeconds : 0,
  Leg1Status: over ? (truth.leg1Status ?? unknown) : unknown,
  Leg2Status: over ? (truth.leg2Status ?? unknown) : unknown,
  Legs: final ? [truth.leg1Seconds, truth.leg2Seconds].flatMap((seconds, index) => (seconds === null ? [] : [{ Leg: { Id: index + 1, OnCallDuration: seconds } }])) : [],
})
