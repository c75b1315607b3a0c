import { type CallRecord, fieldOf, firstTold } from '@rollcall/domain/call/record'
import { nextAsk, RECORDING_RULED_OUT_MS } from '@rollcall/domain/schedule/chase'
import { notRecordedReason } from '@rollcall/domain/schedule/may-be-recorded'
import { DAY, type Instant, MINUTE } from '@rollcall/domain/time'
import { beginChases, type NewChase } from '@rollcall/store/chase/begin-chases'
import { noteChaseLook, readChaseLook } from '@rollcall/store/chase/chase-looks'
import { readRecordedShares } from '@rollcall/store/chase/read-recorded-shares'
import { readUnchased } from '@rollcall/store/chase/read-unchased'
import type { ReconcilerDeps, RunLease } from './reconciler-deps.ts'
import { writeUnderLease } from './write-under-lease.ts'

/** Every turn looks through the calls told of in this time, which are few; now and then one looks through all that can matter. */
const RECENT_MS = 15 * MINUTE
export const FULL_LOOK_EVERY_MS = 5 * MINUTE
/** Of each kind; what is beyond it is met by the next turn. */
export const NEW_CHASES_PER_TURN_MAX = 5_000
/** Most calls end before it, and need no watching. */
const OPEN_FROM_AGE_MS = 4 * MINUTE
/** A direction of which so many calls were completed and none was recorded is not recorded, as far as anyone can tell. */
export const UNRECORDED_CALLS_MIN = 100
/** Of such a direction so many calls are still chased per full look, so that a recording that was switched on shows soon. */
export const PROBES_PER_LOOK = 5
/** Calls younger than this may yet get a recording, and say nothing of their account. */
const SHARE_FROM_AGE_MS = 20 * MINUTE
const CHASES_KEPT_MS = 31 * DAY
const FORGOTTEN_PER_LOOK_MAX = 20_000

/** Begins to chase the calls that are worth it: those that are over and may have a recording, and those that go on for long. */
export const lookForChases = async (deps: ReconcilerDeps, lease: RunLease): Promise<void> => {
  const { pool, account, policy } = deps
  const now = deps.clock()
  const lookedAt = await readChaseLook(pool, account)
  const isFull = lookedAt === null || Math.abs(now - lookedAt) >= FULL_LOOK_EVERY_MS
  const longestMs = policy.maximumCallMs + policy.settleMs
  const since = (fullMs: number): Instant => now - (isFull ? fullMs : RECENT_MS)
  const limit = NEW_CHASES_PER_TURN_MAX
  // Another host's clock may have received what comes from ahead of ours.
  const ended = await readUnchased(pool, account, { why: 'recording', from: since(DAY), to: now + DAY, limit })
  const open = await readUnchased(pool, account, { why: 'open', from: since(longestMs + DAY), to: now - OPEN_FROM_AGE_MS, limit })
  const unrecorded = ended.length === 0 ? NONE : await unrecordedDirections(deps, now)
  let probes = isFull ? PROBES_PER_LOOK : 0
  const isProbe = (): boolean => probes-- > 0
  const chases = [
    ...ended.map((call) => recordingChase(deps, call, unrecorded.has(fieldOf(call, 'direction')) && !isProbe() ? 'none-of-its-direction' : null)),
    ...open.flatMap((call) => openChase(deps, call)),
  ]
  if (chases.length === 0 && !isFull) return
  await writeUnderLease(deps, lease, async (tx) => {
    await beginChases(tx, account, chases, deps.vendorClock.now())
    if (isFull) await noteChaseLook(tx, account, { at: now, forgetBefore: now - CHASES_KEPT_MS, limit: FORGOTTEN_PER_LOOK_MAX })
  })
}

const NONE: ReadonlySet<string | null> = new Set()

const unrecordedDirections = async ({ pool, account }: ReconcilerDeps, now: Instant): Promise<ReadonlySet<string | null>> => {
  const shares = await readRecordedShares(pool, account, { from: now - DAY, to: now - SHARE_FROM_AGE_MS })
  return new Set(shares.flatMap(({ direction, completed, recorded }) => (recorded === 0 && completed >= UNRECORDED_CALLS_MIN ? [direction] : [])))
}

const recordingChase = ({ vendorClock, policy }: ReconcilerDeps, call: CallRecord, ruledOut: string | null): NewChase => {
  const now = vendorClock.now()
  const endedAt = fieldOf(call, 'endedAt')
  const since = endedAt === null ? vendorClock.at(firstTold(call, 'ended')?.at ?? now) : Date.parse(endedAt)
  // What told of the end of such a call did so when its recording had long been there, or never would be.
  const reason = notRecordedReason(call) ?? ruledOut ?? (now > since + RECORDING_RULED_OUT_MS ? 'ended-long-ago' : null)
  const ask = reason === null ? nextAsk('recording', since, null, policy) : null
  return { callSid: call.callSid, why: 'recording', since, next: ask === null ? { outcome: 'ruled-out', reason: reason ?? 'ended-long-ago' } : { outcome: null, ...ask } }
}

const openChase = ({ vendorClock, policy }: ReconcilerDeps, call: CallRecord): readonly NewChase[] => {
  const since = vendorClock.at(Math.min(...Object.values(call.firstSeen)))
  const ask = nextAsk('open', since, null, policy)
  return ask === null ? [] : [{ callSid: call.callSid, why: 'open', since, next: { outcome: null, ...ask } }]
}
