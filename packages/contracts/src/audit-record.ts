import { WindowCertificate } from '@rollcall/domain/certificate/window-certificate'
import { LANES } from '@rollcall/domain/schedule/lane'
import { StoredWindowState } from '@rollcall/domain/window/stored-window-state'
import { TRANSITION_REASONS } from '@rollcall/domain/window/window-state'
import { z } from 'zod'
import { CallsExported, ExceptionActed, PersonalDataRevealed, SaltsErased } from './audit-action.ts'
import { exceptionId } from './audit-api/exception-id.ts'
import { DayChecked } from './day-checked.ts'
import { DaySigned } from './day-signed.ts'
import { KeysChanged } from './keys-changed.ts'
import { TokenCreated, TokenRevoked } from './token-action.ts'

/**
 * What `rollcall.audit.v1` tells: what the reconciler did, and what it concluded from what. Times are RFC 3339 in UTC; those of windows and
 * scans are by Exotel's clock, those of runs and of what people did by ours. Nothing personal: no number and no name of who called; a CallSid only
 * where somebody did something about that call.
 */

const Time = z.iso.datetime()
const Count = z.int().nonnegative()
/** Why something is not as it should be, in words, cut short. */
const REASON_CHARACTERS_MAX = 1_000
const Reason = z.string().max(REASON_CHARACTERS_MAX)

/** One scan that moved a window. */
const ScanEvidence = z.strictObject({
  scan: z.uuid(),
  startedAt: Time,
  /** Over what it listed of this window. */
  digest: z.string(),
  listed: Count,
  /** Of those listed, how many the projection held when it was read back; `found`: how many nothing had told of before. */
  held: Count,
  found: Count,
  /** Calls we hold that it did not list and that are not explained. */
  unresolved: Count,
  /** How far the observations were projected, at the least, when it was read back: the next offset, by partition. Null: it was not known. */
  projectedTo: z.record(z.string().regex(/^\d+$/), z.string().regex(/^\d+$/)).nullable(),
})

/** A window is in another state, for this reason and by this evidence. */
export const WindowChanged = z.strictObject({
  type: z.literal('window-changed'),
  window: z.strictObject({ from: Time, to: Time }),
  /** Null: it did not exist. */
  from: StoredWindowState.nullable(),
  to: StoredWindowState,
  reason: z.enum(TRANSITION_REASONS),
  at: Time,
  evidence: z.strictObject({
    scans: z.array(ScanEvidence),
    /** Calls by which the listing differs from the one that the state before stood for; null where there was none, or it is not known any more. */
    difference: z.strictObject({ appeared: Count, disappeared: Count, changed: Count }).nullable(),
  }),
  /** The account's watermark after all that changed together with this. */
  watermark: Time.nullable(),
})
export type WindowChanged = z.infer<typeof WindowChanged>

/** One paged read of the list API. An incomplete one counts for nothing and says why. */
export const ScanMade = z.strictObject({
  type: z.literal('scan'),
  scan: z.uuid(),
  run: z.uuid(),
  lane: z.enum([...LANES, 'on-demand']),
  range: z.strictObject({ from: Time, to: Time }),
  startedAt: Time,
  endedAt: Time,
  outcome: z.enum(['complete', 'incomplete']),
  reason: Reason.nullable(),
  pages: Count,
  rows: Count,
  requests: Count,
  digest: z.string().nullable(),
  /** How far Exotel's clock is ahead of ours, in milliseconds. */
  clockSkewMs: z.int().nullable(),
})
export type ScanMade = z.infer<typeof ScanMade>

/** One pass of the reconciler, told when it ended; of one that was killed, when the next found it unfinished. */
export const RunEnded = z.strictObject({
  type: z.literal('run'),
  run: z.uuid(),
  kind: z.enum(['cron', 'one-shot']),
  plannedAt: Time,
  startedAt: Time,
  endedAt: Time,
  outcome: z.enum(['complete', 'gaps-remain', 'lease-lost', 'stopped', 'failed']),
  reason: Reason.nullable(),
  tally: z.strictObject({ scans: Count, requests: Count, windowsClosed: Count, callsFound: Count, webhooksMissing: Count }),
})
export type RunEnded = z.infer<typeof RunEnded>

export const AuditEntry = z.discriminatedUnion('type', [
  WindowChanged,
  ScanMade,
  RunEnded,
  WindowCertificate,
  ExceptionActed,
  PersonalDataRevealed,
  CallsExported,
  SaltsErased,
  DayChecked,
  DaySigned,
  KeysChanged,
  TokenCreated,
  TokenRevoked,
])
export type AuditEntry = z.infer<typeof AuditEntry>

/**
 * What an audit record is about: a window (its state, or its certificate) by its start, a scan, a run, an exception or an export by its id, a reveal by its
 * CallSid, an erasure by CallSid or moment, a check or a sign-off by its day, other keys by the log that they sign, what became of a token by its id.
 */
export const subjectOf = (entry: AuditEntry): string => {
  switch (entry.type) {
    case 'window-changed':
    case 'certificate':
      return entry.window.from
    case 'scan':
      return entry.scan
    case 'run':
      return entry.run
    case 'exception-action':
      return exceptionId(entry.exception)
    case 'reveal':
      return entry.callSid
    case 'export':
      return entry.export
    case 'erasure':
      return 'callSid' in entry.erased ? entry.erased.callSid : entry.erased.createdBefore
    case 'day-check':
    case 'day-signed':
      return entry.day
    case 'keys-changed':
      return entry.origin
    case 'token-created':
    case 'token-revoked':
      return entry.token.id
    default:
      return entry satisfies never
  }
}

/** A reason as a record may hold it. */
export const shortReason = (reason: string | null): string | null => reason?.slice(0, REASON_CHARACTERS_MAX) ?? null
