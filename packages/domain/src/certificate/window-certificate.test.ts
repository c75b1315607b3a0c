import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Field } from '../call/fact.ts'
import { FIELDS } from '../call/fact.ts'
import { merge } from '../call/merge.ts'
import type { CallRecord } from '../call/record.ts'
import { canonicalTime, MINUTE, SECOND } from '../time.ts'
import { windowAt } from '../window/window.ts'
import { CallLeaf, COMMITTED_FIELDS, type Commit, callLeaf } from './call-leaf.ts'
import { canonicalJson } from './canonical-json.ts'
import { controlTotals } from './control-totals.ts'
import { toldDelays } from './told-delays.ts'
import { type Certified, WindowCertificate, windowCertificate } from './window-certificate.ts'

const W = windowAt(Date.UTC(2026, 0, 14))
const HEX = 'ab'.repeat(32)
const endedAt = W.from + MINUTE

type Values = Partial<Record<Field, string>>
const told = (callSid: string, source: 'webhook' | 'poll', receivedAt: number, values: Values = {}): CallRecord =>
  merge(null, [
    { account: 'acme', callSid, source, receivedAt, vendorTime: null, event: null, values: { status: 'completed', endedAt: canonicalTime(endedAt), ...values } },
  ]) as CallRecord
const both = (callSid: string, webhookAt: number, pollAt: number, values: Values = {}): CallRecord => {
  const facts = { account: 'acme', callSid, vendorTime: null, event: null, values: { status: 'completed', ...values } } as const
  return merge(null, [
    { ...facts, source: 'webhook', receivedAt: webhookAt },
    { ...facts, source: 'poll', receivedAt: pollAt },
  ]) as CallRecord
}

const given: Certified = {
  account: 'acme',
  window: W,
  utcOffsetMinutes: 330,
  state: 'provisional',
  previous: null,
  at: W.to + MINUTE,
  calls: [],
  root: HEX,
  listed: [],
  scans: [{ scan: '0198a0de-0000-7000-8000-000000000000', startedAt: W.to, digest: 'd', listed: 0, held: 0, found: 0, unresolved: 0 }],
  software: { version: '1.2.3', commit: 'ef'.repeat(20), policySha256: HEX },
  clockSkewMs: null,
}
const certified = (changes: Partial<Certified>) => windowCertificate({ ...given, ...changes })

describe('a certificate', () => {
  it('is of its own schema and has canonical text, also of a window without calls', () => {
    const certificate = certified({})
    expect(WindowCertificate.parse(JSON.parse(canonicalJson(certificate)))).toEqual(certificate)
    expect(certificate).toMatchObject({
      v: 1,
      utcOffsetMinutes: 330,
      sequence: 1,
      previous: null,
      tree: { leaves: 0 },
      totals: { calls: 0, durationSeconds: '0', price: '0' },
      difference: { calls: 0, price: '0' },
    })
    expect(certificate.timeliness).toEqual({ known: 0, p50Ms: null, p99Ms: null, maxMs: null, late: 0 })
  })

  it('supersedes the one before and names its hash', () => {
    expect(certified({ state: 'final', previous: { sequence: 4, sha256: HEX } })).toMatchObject({ sequence: 5, previous: HEX, state: 'final' })
  })

  it('adds up what is confirmed, and only counts what a webhook alone has claimed', () => {
    const calls = [
      told('a', 'poll', endedAt, { price: '0.10', durationSeconds: '7', recordingUrl: 'https://r/a' }),
      told('b', 'poll', endedAt, { price: '0.20', durationSeconds: '3', status: 'busy' }),
      told('c', 'webhook', endedAt, { price: '99', durationSeconds: '99', recordingUrl: 'https://r/c' }),
      told('d', 'poll', endedAt, { status: 'busy' }),
    ]
    expect(certified({ calls })).toMatchObject({
      tree: { leaves: 4 },
      counts: { unverified: 1, byStatus: { completed: 1, busy: 2 } },
      totals: { calls: 3, durationSeconds: '10', price: '0.3', unpriced: 1, recordings: 1 },
    })
  })

  it('says who told first', () => {
    const calls = [both('a', 1, 2), both('b', 2, 1), both('c', 3, 3), told('d', 'poll', 1), told('e', 'webhook', 1)]
    expect(certified({ calls }).counts).toMatchObject({ webhookFirst: 2, apiFirst: 2, both: 3, unverified: 1 })
  })

  it('gives ours less what was listed, exactly, and nothing where no listing was at hand', () => {
    const calls = [told('a', 'poll', endedAt, { price: '0.30', durationSeconds: '7' })]
    const listed = [{ price: '0.10', durationSeconds: '4' }, { price: '0.20' }]
    expect(certified({ calls, listed })).toMatchObject({ listed: { calls: 2, price: '0.3' }, difference: { calls: -1, durationSeconds: '3', price: '0', recordings: 0 } })
    expect(certified({ calls, listed: null })).toMatchObject({ listed: null, difference: null })
  })

  it('holds no number and no CallSid', () => {
    const calls = [told('a-very-unlikely-sid', 'poll', endedAt, { from: '+919812345678', to: '+911234567890', callerName: 'Asha' })]
    expect(canonicalJson(certified({ calls }))).not.toMatch(/9812345678|1234567890|Asha|unlikely/)
  })
})

describe('how late a call was told of', () => {
  it('is by nearest rank, never below zero, and not of those whose end is not known', () => {
    const calls = [told('a', 'poll', endedAt - SECOND), told('b', 'poll', endedAt + SECOND), told('c', 'poll', endedAt + 30 * MINUTE), both('d', 1, 2)]
    expect(toldDelays(calls, 20 * MINUTE)).toEqual({ known: 3, p50Ms: SECOND, p99Ms: 30 * MINUTE, maxMs: 30 * MINUTE, late: 1 })
  })
  it('is late above the objective, not at it', () => {
    expect(toldDelays([told('a', 'poll', endedAt + MINUTE)], MINUTE).late).toBe(0)
    expect(toldDelays([told('a', 'poll', endedAt + MINUTE + 1)], MINUTE).late).toBe(1)
  })
})

describe('control totals', () => {
  it('count a price that is no number as none', () => {
    expect(controlTotals([{ price: 'free' }, { price: '-0.50' }, {}])).toEqual({ calls: 3, durationSeconds: '0', price: '-0.5', unpriced: 2, recordings: 0 })
  })
})

describe('a leaf', () => {
  const commit: Commit = (name, value) => Buffer.from(`${name}|${value}`).toString('hex').padEnd(64, '0').slice(0, 64)
  const values = fc.record(Object.fromEntries(FIELDS.map((field) => [field, fc.stringMatching(/^secret[a-z]{4,9}$/)])) as Record<Field, fc.Arbitrary<string>>, {
    requiredKeys: [],
  }) as fc.Arbitrary<Values>

  it('says every open field, and of personal ones nothing but a commitment', () => {
    fc.assert(
      fc.property(values, (facts) => {
        const record = told('c1', 'poll', endedAt, facts)
        const text = callLeaf(record, commit)
        const leaf = CallLeaf.parse(JSON.parse(text))
        expect(canonicalJson(leaf)).toBe(text)
        for (const field of FIELDS) {
          const value = record.fields[field]?.value
          const isPersonal = (COMMITTED_FIELDS as readonly Field[]).includes(field)
          expect((leaf.fields as Values)[field]).toBe(isPersonal ? undefined : value)
          expect((leaf.commitments as Values)[field]).toBe(isPersonal && value !== undefined ? commit(field as 'from', value) : undefined)
        }
        expect(leaf.recorded).toBe(facts.recordingUrl !== undefined)
      }),
    )
  })

  it('is the same without its commitments when the salt was deleted', () => {
    const record = told('c1', 'webhook', endedAt, { from: '+919812345678' })
    const before = CallLeaf.parse(JSON.parse(callLeaf(record, commit)))
    expect(JSON.parse(callLeaf(record, null))).toEqual({ ...before, commitments: null })
    expect(before).toMatchObject({ verified: false, firstSeen: { webhook: canonicalTime(endedAt) } })
  })

  it('of another state of the call is another leaf', () => {
    const [a, b] = [told('c1', 'poll', endedAt), told('c1', 'poll', endedAt + 1)]
    expect(callLeaf(a, commit)).not.toBe(callLeaf(b, commit))
  })
})
