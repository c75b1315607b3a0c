import { HOUR, type Instant, MINUTE, SECOND } from '@rollcall/domain/time'
import type { LedgerCall, LedgerWebhook } from '@rollcall/exotel-simulator/calls/ledger-call'

/**
 * What becomes of a webhook on its way to us:
 *   kept          → answered 200 and in the log at once
 *   doubled       → the same again some seconds later
 *   held-back     → behind what Exotel sent later
 *   on-the-dot    → at the last moment at which it is in time
 *   just-late     → a millisecond after that
 *   late          → after it was judged missing, which nobody does while a spool may hold it
 *   very-late     → when its window was final and had been looked at again a day later
 *   spooled       → kept in time by a host that cannot reach the log for hours
 *   misread       → kept, and understood only by a later release, with which it is released from quarantine
 *   cut-off       → kept, and breaks off: nobody will understand it, though ingest saw whose it is
 *   nameless      → kept, and nothing in it says whose it is
 *   lost          → never sent, or lost before us
 *   given-up      → nobody answered, and Exotel has tried again as often as it does
 *   wrong-secret  → answered 404, nothing of it kept
 *   turned-away   → answered 503: the spool is full
 */
export const FATES = [
  'kept',
  'lost',
  'doubled',
  'wrong-secret',
  'held-back',
  'turned-away',
  'spooled',
  'cut-off',
  'late',
  'misread',
  'given-up',
  'on-the-dot',
  'nameless',
  'just-late',
  'very-late',
] as const
export type Fate = (typeof FATES)[number]

/** One time that a webhook reached us. */
export interface Arrival {
  readonly receivedAt: Instant
  /** When it is in the log. */
  readonly loggedAt: Instant
  readonly as: 'whole' | 'misread' | 'cut-off' | 'nameless'
}

/** When the day has what happens once. */
export interface DayTimes {
  readonly webhookGraceMs: number
  readonly drainedAt: Instant
  /** When webhooks come that are very late. */
  readonly veryLateAt: Instant
}

const COPY_AFTER_MS = 7 * SECOND
const HELD_BACK_MS = 25 * SECOND
const LATE_BY_MS = 95 * MINUTE
/** A webhook that was missing for two days is not looked for any more, until a scan meets its call again. */
const STILL_AWAITED_MS = 46 * HOUR

/** Each time that the webhook reached us and was kept; never where it was lost or refused. */
export const arrivalsOf = (fate: Fate, { truth }: LedgerCall, { dueAt }: LedgerWebhook, { webhookGraceMs, drainedAt, veryLateAt }: DayTimes): readonly Arrival[] => {
  const at = (receivedAt: Instant, as: Arrival['as'] = 'whole', loggedAt = receivedAt): Arrival => ({ receivedAt, loggedAt, as })
  const deadline = truth.endedAt + webhookGraceMs
  switch (fate) {
    case 'kept':
      return [at(dueAt)]
    case 'doubled':
      return [at(dueAt), at(dueAt + COPY_AFTER_MS)]
    case 'held-back':
      return [at(dueAt + HELD_BACK_MS)]
    case 'on-the-dot':
      return [at(deadline)]
    case 'just-late':
      return [at(deadline + 1)]
    case 'late':
      return [at(Math.max(deadline, drainedAt) + LATE_BY_MS)]
    case 'very-late':
      return [at(Math.min(veryLateAt, deadline + STILL_AWAITED_MS))]
    case 'spooled':
      return [at(dueAt, 'whole', Math.max(dueAt, drainedAt))]
    case 'misread':
    case 'cut-off':
    case 'nameless':
      return [at(dueAt, fate)]
    case 'lost':
    case 'given-up':
    case 'wrong-secret':
    case 'turned-away':
      return []
    default:
      return fate satisfies never
  }
}
