/**
 * What to think of a call that we hold and a listing did not give. Absence is never proof by itself (law 7), so each is asked for by Sid:
 *
 *   wait ──told of long enough ago──► ask ──the API says it ended──► explained
 *                                      └──absent, again and again──► explained, as a claim that only a webhook made
 *
 * A window is not final while a call of it waits or has to be asked for.
 */
import { TERMINAL_STATUSES } from '../call/fact.ts'
import { type CallRecord, fieldOf, isVerified } from '../call/record.ts'
import type { Instant } from '../time.ts'
import { MINUTE } from '../time.ts'
import type { ClosingPolicy } from './closing-policy.ts'

/** Absences before a call counts as claimed by webhooks alone (reliability.md §2.4), and the time they must span. */
export const ABSENCES_NEEDED = 3
export const ABSENCE_SPAN_MS = 30 * MINUTE
/** Asked again at this distance, the absences needed span their time and no request is spent in between. */
export const ABSENCES_APART_MS = ABSENCE_SPAN_MS / (ABSENCES_NEEDED - 1)

/** A claim that a call is over is asked for this soon: its row is listed by then, and three denials over half an hour fit into forty minutes. */
export const ENDED_CLAIM_ASKED_AFTER_MS = 8 * MINUTE

/** How often, from when to when the API said that it does not know a call. */
export interface Absences {
  readonly times: number
  readonly firstAt: Instant
  readonly lastAt: Instant
}

export type Standing = 'explained' | 'ask' | 'wait'

const TERMINAL: ReadonlySet<string> = new Set(TERMINAL_STATUSES)

export const standingOf = (call: CallRecord, absences: Absences | null, now: Instant, policy: ClosingPolicy): Standing => {
  if (endedByApi(call) || isDenied(absences)) return 'explained'
  if (absences !== null && now < absences.lastAt + ABSENCES_APART_MS) return 'wait'
  return now < worthAskingAt(call, policy) ? 'wait' : 'ask'
}

/** The API did not know the call, often enough and for long enough. */
export const isDenied = (absences: Absences | null): boolean => absences !== null && absences.times >= ABSENCES_NEEDED && absences.lastAt - absences.firstAt >= ABSENCE_SPAN_MS

/** Not on the word of a webhook: what it claims to have ended may be running, or not exist. */
const endedByApi = (call: CallRecord): boolean => {
  const { status, endedAt } = call.fields
  return status !== undefined && status.source !== 'webhook' && TERMINAL.has(status.value) && endedAt !== undefined && endedAt.source !== 'webhook'
}

/** Before this the list may simply not show it yet: the call runs, or its row settles. */
const worthAskingAt = (call: CallRecord, policy: ClosingPolicy): Instant => {
  const heard = Object.values(call.firstSeen)
  const firstHeard = Math.min(...heard)
  const isOver = TERMINAL.has(fieldOf(call, 'status') ?? '')
  if (!isVerified(call)) return firstHeard + (isOver ? Math.min(policy.settleMs, ENDED_CLAIM_ASKED_AFTER_MS) : policy.settleMs)
  if (isOver) return Math.max(...heard, ...Object.values(call.events)) + policy.settleMs
  const createdAt = fieldOf(call, 'createdAt')
  return (createdAt === null ? firstHeard : Date.parse(createdAt)) + policy.maximumCallMs + policy.settleMs
}
