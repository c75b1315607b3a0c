/** A morning of calls of every kind as it gets into the log, with what is judged of them and what becomes of their windows meanwhile; everything by the writers that Rollcall has. */
import { randomUUID } from 'node:crypto'
import { INDIA_UTC_OFFSET_MINUTES } from '@rollcall/contracts/observation'
import { toLogRecord } from '@rollcall/contracts/observation-record'
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import { type Instant, MINUTE, SECOND } from '@rollcall/domain/time'
import { WINDOW_MS, windowsBetween } from '@rollcall/domain/window/window'
import type { LogRecord, StoredRecord } from '@rollcall/event-log/event-log'
import { readApiRow } from '@rollcall/exotel/client/api-row'
import { coveragePolicyOf } from '@rollcall/exotel/coverage-policy'
import { createRandom, type Random } from '@rollcall/exotel-simulator/random'
import { buildObservation } from '@rollcall/ingest/build-observation'
import { readRecords } from '@rollcall/projector/read-records'
import { createAuditPublisher } from '@rollcall/reconciler/audit-publisher'
import { judgeCalls } from '@rollcall/reconciler/judge-calls'
import type { ReconcilerDeps, RunLease } from '@rollcall/reconciler/reconciler-deps'
import { rowObservation } from '@rollcall/reconciler/row-observation'
import { writeUnderLease } from '@rollcall/reconciler/write-under-lease'
import { claimLease } from '@rollcall/store/lease'
import { readCallsBySid } from '@rollcall/store/read-calls'
import { readJudgements } from '@rollcall/store/reconcile/read-judgements'
import type { Surroundings } from '../reconcile/surroundings.ts'
import { simulatedObservations } from '../simulated-observations.ts'
import { moveWindowsTold, STATES } from './move-windows-told.ts'

export const ACCOUNT = 'acme'
const GRACE_SECONDS = 60
/** A host that cannot reach the log appends so much later what it received. */
const SPOOLED_MS_MAX = 30 * MINUTE
const ROWS_PER_CALL_MAX = 5
const ROW_AFTER_MS_MAX = 90 * MINUTE
const WRITER = { source: '/rollcall/test', utcOffsetMinutes: INDIA_UTC_OFFSET_MINUTES }

/** What was judged of the webhooks of each call at a moment, and stood until the next one; what was pending left out. */
export interface Judged {
  readonly at: Instant
  readonly byCall: ReadonlyMap<string, readonly string[]>
}

export interface Lived {
  readonly callSids: readonly string[]
  readonly from: Instant
  readonly to: Instant
  readonly judged: readonly Judged[]
}

export const liveThrough = async ({ pool, log, projector }: Surroundings, seed: number): Promise<Lived> => {
  const chance = createRandom(seed, 9)
  const { calls, deliveries, rowOf } = simulatedObservations({ seed })
  const callSids = calls.map(({ callSid }) => callSid)
  const coming: { readonly record: LogRecord; readonly receivedAt: Instant; readonly loggedAt: Instant }[] = []
  const come = (record: LogRecord, receivedAt: Instant): void => {
    const isSpooled = chance.chance(0.15)
    const loggedAt = receivedAt + (isSpooled ? chance.integer(1, SPOOLED_MS_MAX) : 0)
    coming.push({ record, receivedAt, loggedAt })
    // Appended twice where the answer to the first was lost.
    if (chance.chance(0.05)) coming.push({ record, receivedAt, loggedAt: loggedAt + SECOND })
  }
  for (const { observation } of deliveries) {
    const told = spoilt(Buffer.from(observation.payload), chance, callSids)
    const delivery = { ...WRITER, method: observation.method ?? 'POST', contentType: observation.contentType, body: told, id: randomUUID(), traceparent: null }
    const receivedAt = observation.receivedAt + chance.integer(0, MINUTE)
    const path = { account: ACCOUNT, secret: '', surface: chance.chance(0.8) ? observation.surface : null, query: observation.query }
    const built = toLogRecord(buildObservation({ ...delivery, receivedAt, path }))
    come(built, receivedAt)
  }
  for (const call of calls) {
    for (let rows = chance.integer(0, ROWS_PER_CALL_MAX); rows > 0; rows -= 1) {
      const receivedAt = call.truth.createdAt + chance.integer(0, ROW_AFTER_MS_MAX)
      const [shape, surface] = chance.chance(0.7) ? (['list', 'call-list'] as const) : (['single', 'call-lookup'] as const)
      const row = readApiRow(rowOf(call, receivedAt, shape).payload, { account: ACCOUNT, receivedAt, utcOffsetMinutes: INDIA_UTC_OFFSET_MINUTES, surface })
      come(toLogRecord(rowObservation(row, { ...WRITER, surface, scanId: randomUUID(), leaseEpoch: 1n })), receivedAt)
    }
  }
  coming.sort((a, b) => a.loggedAt - b.loggedAt)

  let now: Instant = 0
  const deps = {
    account: ACCOUNT,
    pool,
    log,
    clock: () => now,
    vendorClock: { at: (ours: Instant) => ours, now: () => now },
    coverage: coveragePolicyOf({ coverage: [], webhookGraceSeconds: GRACE_SECONDS }),
  } as unknown as ReconcilerDeps
  const lease: RunLease = { job: 'as-of', token: (await claimLease(pool, { job: 'as-of', owner: 'test', ttlMs: 60 * MINUTE })) as bigint }
  const created = calls.map(({ truth }) => truth.createdAt)
  const windows = windowsBetween(Math.floor(Math.min(...created) / WINDOW_MS) * WINDOW_MS, Math.max(...created) + WINDOW_MS)
  const judged: Judged[] = []
  for (const { record, loggedAt } of coming) {
    now = Math.max(now + 1, loggedAt)
    // What no reader understands is no surprise here.
    if (readRecords(0, 0n, [{ ...record, offset: 0n } as StoredRecord])?.deadLetters.length === 1) projector.letters.set(record.headers.ce_id ?? '', 'broken')
    await log.append(OBSERVATIONS_TOPIC, [record], { deadlineMs: 30 * SECOND })
    if (chance.chance(0.06)) {
      const first = chance.integer(0, windows.length - 1)
      await moveWindowsTold(deps, lease, windows.slice(first, chance.integer(first + 1, windows.length)), now, () => STATES[chance.integer(0, STATES.length - 1)] as never)
    }
    if (!chance.chance(0.1)) continue
    await projector.fold()
    now += 1
    const held = await readCallsBySid(pool, ACCOUNT, callSids)
    await writeUnderLease(deps, lease, (tx) => judgeCalls(deps, tx, held, { at: now, drainedTo: null }))
    judged.push({ at: now, byCall: await standing(pool, callSids) })
  }
  await projector.fold()
  await createAuditPublisher(deps, lease).publish()
  return { callSids, from: coming[0]?.receivedAt as Instant, to: now, judged }
}

const standing = async (pool: Surroundings['pool'], callSids: readonly string[]): Promise<Judged['byCall']> => {
  const byCall = new Map<string, readonly string[]>()
  for (const callSid of callSids) {
    const all = await readJudgements(pool, ACCOUNT, callSid)
    byCall.set(callSid, all.filter(({ replacedAt, outcome }) => replacedAt === null && outcome !== 'pending').map(judgementText))
  }
  return byCall
}

export const judgementText = ({
  expectation,
  rule,
  outcome,
  reason,
}: {
  readonly expectation: string
  readonly rule: string
  readonly outcome: string
  readonly reason: string | null
}): string => `${expectation} by ${rule}: ${outcome}, ${reason}`

/** Now and then a body is cut off, tells of another day than all others, or of another call. */
const spoilt = (body: Buffer, chance: Random, callSids: readonly string[]): Buffer => {
  if (chance.chance(0.04)) return body.subarray(0, body.length >> 1)
  if (chance.chance(0.06)) return Buffer.from(body.toString('latin1').replaceAll('2026-01-05', '2026-01-04'), 'latin1')
  if (!chance.chance(0.04)) return body
  const [one, other] = [callSids[chance.integer(0, callSids.length - 1)] as string, callSids[chance.integer(0, callSids.length - 1)] as string]
  return Buffer.from(body.toString('latin1').replaceAll(one, other), 'latin1')
}
