/**
 * Asks for the chased calls that are due, a hundred Sids in a request at most. What the list shows and we do not hold is appended; what it
 * does not show proves nothing: the call may be running. Killed anywhere, the next turn asks again, and what was appended is found to be held.
 */
import { randomUUID } from 'node:crypto'
import { TERMINAL_STATUSES } from '@rollcall/domain/call/fact'
import { merge } from '@rollcall/domain/call/merge'
import { type CallRecord, fieldOf } from '@rollcall/domain/call/record'
import { chooseAsks, nextAsk } from '@rollcall/domain/schedule/chase'
import { notRecordedReason } from '@rollcall/domain/schedule/may-be-recorded'
import type { ApiRow } from '@rollcall/exotel/client/api-row'
import { SIDS_PER_REQUEST_MAX, SIDS_PER_REQUEST_RECOMMENDED, type SidRead } from '@rollcall/exotel/client/list-by-sid'
import type { Chase, ChaseNext } from '@rollcall/store/chase/chase'
import { type DueChase, readDueChases } from '@rollcall/store/chase/read-due-chases'
import { saveChaseRead } from '@rollcall/store/chase/save-chase-read'
import { type ChaseChange, saveChases } from '@rollcall/store/chase/save-chases'
import { readListFeatures } from '@rollcall/store/reconcile/list-features'
import { appendRows } from './append-rows.ts'
import { learnSkew } from './learn-skew.ts'
import type { ReconcilerDeps, RunLease } from './reconciler-deps.ts'
import { troubleOf } from './scan-trouble.ts'
import { writeUnderLease } from './write-under-lease.ts'

/** Not listed so often in a row, and never before: of a kind that the list does not show, so that only a lookup tells. */
const UNLISTED_MAX = 3

export interface AskedInBatches {
  readonly requests: number
  /** Calls of which something new is in the log now, though perhaps not projected yet. */
  readonly found: readonly string[]
  /** Due chases of calls that the list never shows. */
  readonly unlisted: readonly DueChase[]
}

export const askInBatches = async (deps: ReconcilerDeps, batchesMax: number, lease: RunLease, signal: AbortSignal): Promise<AskedInBatches> => {
  const now = deps.vendorClock.now()
  const asksMax = batchesMax * SIDS_PER_REQUEST_MAX
  const due = await readDueChases(deps.pool, deps.account, now, asksMax)
  const settled = due.flatMap((chase): ChaseChange[] => {
    const next = settledBy(chase, chase.call)
    return next === null ? [] : [{ ...chase, next }]
  })
  if (settled.length > 0) await writeUnderLease(deps, lease, (tx) => saveChases(tx, deps.account, settled, now))
  const waiting = due.filter((chase) => settledBy(chase, chase.call) === null)
  const chosen = chooseAsks(
    waiting.filter((chase) => !isNeverListed(chase)),
    now,
    asksMax,
  )
  const asked = await askFor(deps, batchesOf(chosen, batchesMax), lease, signal)
  return { ...asked, unlisted: waiting.filter(isNeverListed) }
}

/** As many as Exotel recommends, and more only where that would not do. */
const batchesOf = (chosen: readonly DueChase[], batchesMax: number): readonly (readonly DueChase[])[] => {
  const size = Math.min(SIDS_PER_REQUEST_MAX, Math.max(SIDS_PER_REQUEST_RECOMMENDED, Math.ceil(chosen.length / batchesMax)))
  return Array.from({ length: Math.ceil(chosen.length / size) }, (_, nth) => chosen.slice(nth * size, (nth + 1) * size))
}

const askFor = async (deps: ReconcilerDeps, batches: readonly (readonly DueChase[])[], lease: RunLease, signal: AbortSignal): Promise<Omit<AskedInBatches, 'unlisted'>> => {
  const found: string[] = []
  let requests = 0
  if (batches.length === 0) return { requests, found }
  const { features } = await readListFeatures(deps.pool, deps.account)
  for (const batch of batches) {
    const callSids = [...new Set(batch.map(({ callSid }) => callSid))]
    const read = await deps.client.listBySid(callSids, { signal, details: features.details === true })
    signal.throwIfAborted()
    requests += read.requests
    if (read.kind === 'incomplete' && troubleOf(read.error) !== 'range') break
    found.push(...(await absorb(deps, batch, read, lease)))
  }
  return { requests, found }
}

/** What could not be read together may be read when it is asked for with others, or alone: it counts as not listed. */
const absorb = async (deps: ReconcilerDeps, batch: readonly DueChase[], read: SidRead, lease: RunLease): Promise<readonly string[]> => {
  if (read.kind === 'complete') learnSkew(deps, read.clockSkewMs)
  const rows = new Map((read.kind === 'complete' ? read.rows : []).map((row) => [row.callSid, row]))
  const held = new Map(batch.map(({ callSid, call }) => [callSid, call]))
  const news = [...rows.values()].filter((row) => merge(held.get(row.callSid) ?? null, [row.facts]) !== held.get(row.callSid))
  const readId = randomUUID()
  if (news.length > 0) {
    const counts = { asked: held.size, listed: rows.size, appended: news.length }
    await writeUnderLease(deps, lease, (tx) => saveChaseRead(tx, { readId, account: deps.account, at: deps.clock(), ...counts }))
    await appendRows(deps.log, news, { surface: 'call-list', scanId: readId, leaseEpoch: lease.token, source: deps.source, utcOffsetMinutes: deps.utcOffsetMinutes })
  }
  const askedAt = deps.vendorClock.now()
  const changes = batch.map((chase) => afterAsk(deps, chase, rows.get(chase.callSid) ?? null, askedAt))
  await writeUnderLease(deps, lease, (tx) => saveChases(tx, deps.account, changes, askedAt))
  return news.map((row) => row.callSid)
}

const afterAsk = ({ policy }: ReconcilerDeps, chase: DueChase, row: ApiRow | null, askedAt: number): ChaseChange => {
  const call = row === null ? chase.call : merge(chase.call, [row.facts])
  const ask = nextAsk(chase.why, chase.since, askedAt, policy)
  const isWithout = chase.why === 'recording' && row !== null && isOver(call) && settledBy(chase, call) === null
  return {
    ...chase,
    asked: chase.asked + 1,
    askedAt,
    unlisted: row === null ? chase.unlisted + 1 : 0,
    withoutAt: isWithout ? row.facts.receivedAt : chase.withoutAt,
    next: settledBy(chase, call) ?? (ask === null ? { outcome: 'ruled-out', reason: GIVEN_UP[chase.why] } : { outcome: null, ...ask }),
  }
}

const GIVEN_UP: Readonly<Record<Chase['why'], string>> = { recording: 'none-within-a-day', open: 'never-ended' }

/** How the chase ends by what is known of the call; null: it goes on. */
const settledBy = ({ why }: Pick<Chase, 'why'>, call: CallRecord | null): Exclude<ChaseNext, { readonly outcome: null }> | null => {
  if (call === null) return null
  if (why === 'open') return isOver(call) ? { outcome: 'found' } : null
  if (fieldOf(call, 'recordingUrl') !== null) return { outcome: 'found' }
  const reason = notRecordedReason(call)
  return reason === null ? null : { outcome: 'ruled-out', reason }
}

const TERMINAL: ReadonlySet<string> = new Set(TERMINAL_STATUSES)
const isOver = (call: CallRecord | null): boolean => call !== null && TERMINAL.has(fieldOf(call, 'status') ?? '')

const isNeverListed = ({ why, unlisted, call }: DueChase): boolean => why === 'recording' && unlisted >= UNLISTED_MAX && call?.firstSeen.poll === undefined
