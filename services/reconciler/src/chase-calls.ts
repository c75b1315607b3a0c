/**
 * Lane chase: calls asked for by Sid, because no scan will do.
 *   recordings → over, and no reference to a recording is there yet; asked for many at once
 *   open       → a webhook told of the call and none of its end; likewise
 *   claims     → only webhooks told of them. A listing may never show them, and without a time of creation no window even holds them
 *   incomplete → their expected webhook never came, and the list does not tell what it would have told
 * The last two are asked for one by one: only the single call's answer can deny a call, and only it has the details.
 * A turn is short, so that it can be taken between two scans: recordings have minutes, where windows have hours.
 */
import { createHash } from 'node:crypto'
import { nextAsk } from '@rollcall/domain/schedule/chase'
import { type Instant, MINUTE } from '@rollcall/domain/time'
import { ABSENCE_SPAN_MS, ABSENCES_APART_MS, ABSENCES_NEEDED, ENDED_CLAIM_ASKED_AFTER_MS, standingOf } from '@rollcall/domain/window/only-ours'
import { markDays } from '@rollcall/store/audit/mark-days'
import type { DueChase } from '@rollcall/store/chase/read-due-chases'
import { type ChaseChange, saveChases } from '@rollcall/store/chase/save-chases'
import { readCallsBySid } from '@rollcall/store/read-calls'
import type { DueAbsence } from '@rollcall/store/reconcile/due-absence'
import { readAbsences } from '@rollcall/store/reconcile/note-absences'
import { readClaims } from '@rollcall/store/reconcile/read-claims'
import { readIncompleteCalls } from '@rollcall/store/reconcile/read-incomplete-calls'
import { type Asked, askBySid } from './ask-by-sid.ts'
import { askInBatches } from './ask-in-batches.ts'
import { caughtUp } from './caught-up.ts'
import { judgeCalls } from './judge-calls.ts'
import { lookForChases } from './look-for-chases.ts'
import type { ReconcilerDeps, RunLease } from './reconciler-deps.ts'
import { writeUnderLease } from './write-under-lease.ts'

/**
 * How many requests a turn may make: for many calls at once, and for single ones, of each kind.
 *   pressed → scans with a deadline wait for it
 *   spare   → nothing waits but what becomes due meanwhile
 *   whole   → a one-shot run's, which is asked to finish
 */
export const CHASE_TURNS = {
  pressed: { batches: 2, lookups: 1 },
  spare: { batches: 6, lookups: 5 },
  whole: { batches: 50, lookups: 5_000 },
} as const
export type ChaseTurn = keyof typeof CHASE_TURNS
/** A call that only a lookup tells of costs a request for itself: it is asked for less often than in a batch. */
const LOOKED_UP_APART_MS = 6 * MINUTE

export interface ChaseDone {
  readonly requests: number
  /** Calls that will not be asked for again at once: what was answered is projected, or noted as absent. */
  readonly answered: number
  readonly webhooksMissing: number
}

/** Asks, appends, waits until it is projected and judges what was found. What does not succeed is due again in the next turn. */
export const chaseCalls = async (deps: ReconcilerDeps, turn: ChaseTurn, lease: RunLease, signal: AbortSignal): Promise<ChaseDone> => {
  const { batches, lookups: limit } = CHASE_TURNS[turn]
  await lookForChases(deps, lease)
  const inBatches = await askInBatches(deps, batches, lease, signal)
  const callSids = [
    ...(await dueClaims(deps, limit)),
    ...(await readIncompleteCalls(deps.pool, deps.account, { ...dueAbsence(deps), settleMs: deps.policy.settleMs, from: someSid(deps.vendorClock.now()), limit })),
  ]
  const oneByOne = await askBySid(deps, callSids, lease, signal)
  const unlisted = await lookUpUnlisted(deps, inBatches.unlisted.slice(0, limit), lease, signal)
  const requests = inBatches.requests + oneByOne.requests + unlisted.requests
  const found = [...inBatches.found, ...oneByOne.found, ...unlisted.found]
  // A lookup does not tell the vendor's clock; what is judged by ours alone may be judged early.
  const asOf = found.length === 0 || deps.vendorClock.skewMs() === null ? null : await caughtUp(deps, signal)
  const absent = oneByOne.absent.length + unlisted.absent.length
  // What no scan tells of for a day may be measured at once. Where it is not projected yet, it will be when the day is next counted.
  if (found.length > 0) await writeUnderLease(deps, lease, (tx) => markDays(tx, deps.account, found))
  if (asOf === null) return { requests, answered: absent, webhooksMissing: 0 }
  const calls = await readCallsBySid(deps.pool, deps.account, found)
  return { requests, answered: absent + found.length, webhooksMissing: await writeUnderLease(deps, lease, (tx) => judgeCalls(deps, tx, calls, asOf)) }
}

/** What a lookup brings settles the chase in its next turn, once it is projected. */
const lookUpUnlisted = async (deps: ReconcilerDeps, chases: readonly DueChase[], lease: RunLease, signal: AbortSignal): Promise<Asked> => {
  const asked = await askBySid(
    deps,
    chases.map(({ callSid }) => callSid),
    lease,
    signal,
  )
  const answered = new Set([...asked.found, ...asked.absent])
  const askedAt = deps.vendorClock.now()
  const changes = chases.flatMap((chase): ChaseChange[] => {
    if (!answered.has(chase.callSid)) return []
    const ask = nextAsk(chase.why, chase.since, askedAt, deps.policy)
    if (ask === null) return [{ ...chase, asked: chase.asked + 1, askedAt, next: { outcome: 'ruled-out', reason: 'never-listed' } }]
    const due = Math.max(ask.due, askedAt + LOOKED_UP_APART_MS)
    return [{ ...chase, asked: chase.asked + 1, askedAt, next: { outcome: null, due, deadline: Math.max(ask.deadline, due) } }]
  })
  if (changes.length > 0) await writeUnderLease(deps, lease, (tx) => saveChases(tx, deps.account, changes, askedAt))
  return asked
}

/** Another one each time, anywhere among Sids, which are hexadecimal and as good as random. */
const someSid = (now: Instant): string => createHash('md5').update(String(now)).digest('hex')

/** Denied a quarter of an hour ago or longer, and not yet often enough. */
const dueAbsence = (deps: ReconcilerDeps): DueAbsence => ({
  askedSince: deps.vendorClock.now() - ABSENCES_APART_MS,
  absencesNeeded: ABSENCES_NEEDED,
  absenceSpanMs: ABSENCE_SPAN_MS,
})

const dueClaims = async (deps: ReconcilerDeps, limit: number): Promise<readonly string[]> => {
  const now = deps.vendorClock.now()
  const callSids = await readClaims(deps.pool, deps.account, {
    ...dueAbsence(deps),
    toldBefore: now - deps.policy.settleMs,
    endToldBefore: now - Math.min(deps.policy.settleMs, ENDED_CLAIM_ASKED_AFTER_MS),
    limit,
  })
  const absences = new Map((await readAbsences(deps.pool, deps.account, callSids)).map((known) => [known.callSid, known]))
  const calls = await readCallsBySid(deps.pool, deps.account, callSids)
  return calls.filter((call) => standingOf(call, absences.get(call.callSid) ?? null, now, deps.policy) === 'ask').map((call) => call.callSid)
}
