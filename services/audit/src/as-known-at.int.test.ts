/** What was known at a moment is the log, cut there: for calls by the observations received until then, for windows by the audit topic. */

import { createHash, randomUUID } from 'node:crypto'
import type { CallAnswer } from '@rollcall/contracts/audit-api/call'
import type { CompletenessAnswer } from '@rollcall/contracts/audit-api/measures'
import { toAuditLogRecord } from '@rollcall/contracts/audit-log-record'
import { type AuditEntry, subjectOf } from '@rollcall/contracts/audit-record'
import { AUDIT_TOPIC } from '@rollcall/contracts/topics'
import { type CallFacts, FIELDS } from '@rollcall/domain/call/fact'
import { merge } from '@rollcall/domain/call/merge'
import { canonicalState } from '@rollcall/domain/call/state'
import { arbitraryFacts } from '@rollcall/domain/testing/arbitrary-facts'
import { canonicalTime, HOUR, MINUTE } from '@rollcall/domain/time'
import { WINDOW_MS } from '@rollcall/domain/window/window'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createInstallation, type Installation } from './testing/installation.ts'
import { seedAccount, seedCall } from './testing/seed.ts'

const FROM = Date.UTC(2026, 0, 31, 4)
const RECEIVED_WITHIN_MS = 6 * HOUR
const CALLS = 20
const TIMES = 50

let its: Installation
beforeAll(async () => {
  its = await createInstallation(FROM + 24 * HOUR)
  await seedAccount(its, 'acme', FROM)
})
afterAll(() => its?.close())

const SURFACE = { webhook: 'status-callback', poll: 'call-list', lookup: 'call-lookup' } as const

it('a call as known at any time is the merge of what the log held then', async () => {
  const drawn = fc.sample(fc.array(fc.tuple(arbitraryFacts, fc.integer({ min: 0, max: RECEIVED_WITHIN_MS })), { minLength: 1, maxLength: 12 }), {
    numRuns: CALLS,
    seed: 20_260_131,
  })
  const calls: CallFacts[][] = []
  for (const [nth, told] of drawn.entries()) {
    const facts = told
      .map(([said, after]): CallFacts => ({ ...said, account: 'acme', callSid: `c${nth}`, receivedAt: FROM + after }))
      .toSorted((a, b) => a.receivedAt - b.receivedAt)
    calls.push(facts)
    await seedCall(
      its,
      'acme',
      `c${nth}`,
      facts.map(({ source, receivedAt, vendorTime, event, values }) => ({ surface: SURFACE[source], receivedAt, vendorTime, event, values })),
    )
  }
  let asked = 0
  for (const facts of calls) {
    const times = fc.sample(fc.oneof(fc.integer({ min: -1, max: RECEIVED_WITHIN_MS }), fc.constantFrom(...facts.map(({ receivedAt }) => receivedAt - FROM))), {
      numRuns: TIMES,
      seed: asked + 1,
    })
    for (const after of times) {
      const at = FROM + after
      const replayed = merge(
        null,
        facts.filter(({ receivedAt }) => receivedAt <= at),
      )
      const answer = await its.ask(await token(), 'GET', `/v1/accounts/acme/calls/${facts[0]?.callSid}?asOf=${canonicalTime(at)}`)
      asked += 1
      if (replayed === null) {
        expect(answer.statusCode).toBe(404)
        continue
      }
      const call = answer.json<CallAnswer>()
      expect(call.stateDigest).toBe(createHash('sha256').update(canonicalState(replayed)).digest('hex'))
      expect(call.observations.length).toBe(facts.filter(({ receivedAt }) => receivedAt <= at).length)
      for (const field of FIELDS) expect(call.fields[field] === undefined).toBe(replayed.fields[field] === undefined)
    }
  }
  expect(asked).toBe(CALLS * TIMES)
})

let kept: string | null = null
const token = async () => {
  kept ??= (await its.token()).token
  return kept
}

it('a window as known at any time is as the audit topic had told until then', async () => {
  const first = FROM - 10 * HOUR
  const moves = fc.sample(fc.record({ window: fc.nat(3), after: fc.integer({ min: 0, max: RECEIVED_WITHIN_MS }), to: fc.constantFrom('settling', 'final', 'gap') }), {
    numRuns: 40,
    seed: 7,
  })
  const told = moves.toSorted((a, b) => a.after - b.after)
  for (const window of [0, 1, 2, 3]) {
    const ofWindow = told.filter((move) => move.window === window)
    // Its state now, and since when it is in it: the first of the moves that are all to the last one's.
    const since = ofWindow.findLast(({ to }, nth) => ofWindow[nth - 1]?.to !== to) ?? { to: 'open', after: -HOUR }
    await its.pool.query(`INSERT INTO rollcall.windows (account, window_from, state, reason, since, detail) VALUES ('acme', $1, $2, 'ended', $3, '{}')`, [
      new Date(first + window * WINDOW_MS),
      since.to,
      new Date(FROM + since.after),
    ])
  }
  for (const { window, after, to } of told) {
    const from = first + window * WINDOW_MS
    const entry: AuditEntry = {
      type: 'window-changed',
      window: { from: canonicalTime(from), to: canonicalTime(from + WINDOW_MS) },
      from: { state: 'open' },
      to: to === 'final' ? { state: 'final', scans: ['a', 'b'], digest: 'd' } : { state: to },
      reason: 'ended',
      at: canonicalTime(FROM + after),
      evidence: { scans: [], difference: null },
      watermark: null,
    }
    await its.log.append(
      AUDIT_TOPIC,
      [toAuditLogRecord({ id: randomUUID(), account: 'acme', type: entry.type, subject: subjectOf(entry), notedAt: FROM + after, leaseEpoch: 1n, value: JSON.stringify(entry) })],
      {
        deadlineMs: 10_000,
      },
    )
  }
  const range = `from=${canonicalTime(first)}&to=${canonicalTime(first + 4 * WINDOW_MS)}`
  const early = await its.ask(await token(), 'GET', `/v1/accounts/acme/completeness?${range}&by=hour&asOf=${canonicalTime(FROM)}`)
  expect([early.statusCode, early.json().type]).toEqual([409, 'urn:rollcall:problem:not-yet'])
  await its.folder.catchUp(Number.POSITIVE_INFINITY)
  for (const after of fc.sample(fc.oneof(fc.integer({ min: 0, max: RECEIVED_WITHIN_MS + MINUTE }), fc.constantFrom(...told.map(({ after: at }) => at))), {
    numRuns: 60,
    seed: 3,
  })) {
    const states = new Map<number, string>()
    for (const move of told) if (move.after <= after) states.set(move.window, move.to)
    const expected: Record<string, number> = {}
    for (const state of states.values()) expected[state] = (expected[state] ?? 0) + 1
    const answer = await its.read<CompletenessAnswer>(`/v1/accounts/acme/completeness?${range}&by=hour&asOf=${canonicalTime(FROM + after)}`)
    expect(Object.fromEntries(Object.entries(answer.whole.byState).map(([state, counts]) => [state, counts.windows]))).toEqual(expected)
  }
})
