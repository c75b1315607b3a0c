import { describe, expect, it } from 'vitest'
import { explainObservation } from '../explain-observation.ts'
import { peekDelivery } from '../peek-delivery.ts'
import { readObservation } from '../read-observation.ts'
import type { GoldenCase } from './testing/golden-case.ts'
import { GOLDEN_CASES } from './testing/golden-cases.ts'
import { goldenObservation } from './testing/golden-observation.ts'
import { SURFACE_ENCODINGS } from './testing/surface-encodings.ts'

const SOURCES: Readonly<Record<string, string>> = { 'call-list': 'poll', 'call-lookup': 'lookup' }

const rows = GOLDEN_CASES.flatMap((golden) => golden.encodings.map((encoding) => ({ ...golden, encoding, golden })))
const surfaces = [...new Set(rows.map(({ surface }) => surface))]

const expected = ({ surface, says }: GoldenCase, receivedAt: number) => {
  const exceptions = says.exceptions ?? []
  if ('why' in says) return { kind: 'no-call', why: says.why, notice: says.notice, exceptions }
  const { callSid, event, values } = says
  const vendorTime = says.vendorTime === null ? null : Date.parse(says.vendorTime)
  return { kind: 'facts', facts: { account: 'acme', callSid, source: SOURCES[surface] ?? 'webhook', receivedAt, vendorTime, event, values }, exceptions }
}

describe('the specification', () => {
  it('has a case of every surface in every encoding it can come in, and none in another', () => {
    const own = rows.filter(({ says }) => !says.exceptions?.some(({ kind }) => kind === 'other-surface'))
    const covered = (of: string) => [...new Set(own.filter(({ surface }) => surface === of).map(({ encoding }) => encoding))].sort()
    expect(Object.fromEntries(surfaces.map((surface) => [surface, covered(surface)]))).toEqual(
      Object.fromEntries(Object.entries(SURFACE_ENCODINGS).map(([surface, encodings]) => [surface, [...encodings].sort()])),
    )
  })

  it('says each thing once', () => {
    const names = rows.map(({ surface, variant, encoding }) => `${surface}: ${variant}, in ${encoding}`)
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  })
})

for (const surface of surfaces) {
  const cases = rows.filter((row) => row.surface === surface)
  describe(`on ${surface}`, () => {
    it.each(cases)('[$origin] $variant, in $encoding', ({ golden, encoding }) => {
      const observation = goldenObservation(golden, encoding)
      expect(readObservation(observation)).toEqual(expected(golden, observation.receivedAt))
    })
  })
}

const ofCalls = rows.filter(({ says }) => 'callSid' in says)

describe('where a fact came from', () => {
  it.each(ofCalls)('$surface: $variant, in $encoding', ({ golden, encoding, sent }) => {
    const observation = goldenObservation(golden, encoding)
    const result = readObservation(observation)
    const { facts, parameters } = explainObservation(observation)
    expect(Object.fromEntries(facts.map(({ field, value }) => [field, value]))).toEqual(result.kind === 'facts' && result.facts.values)
    // Every raw text was in the request, under that name.
    for (const { name, raw } of facts) expect({ name, found: sentTexts(sent).get(name) ?? null }).toEqual({ name, found: raw })
    // And every fact stands beside a parameter.
    const readAs = new Set(parameters.flatMap((parameter) => parameter.readAs))
    expect(['callSid' as const, ...facts.map(({ field }) => field)].filter((field) => !readAs.has(field))).toEqual([])
  })
})

describe('before the log', () => {
  it.each(ofCalls.filter(({ surface }) => !surface.startsWith('call-')))('the call of $surface is found without reading: $variant, in $encoding', ({ golden, encoding, says }) => {
    const { method, query, contentType, payload } = goldenObservation(golden, encoding)
    const peeked = peekDelivery({ method: method ?? 'POST', query, contentType, body: payload, surface: null })
    expect(peeked.callSid).toBe('callSid' in says && says.callSid)
  })
})

describe('a call of another account', () => {
  /** Where each surface says whose call it is; not all of them are known to. */
  const ACCOUNT_PARAMETERS: readonly (readonly [variant: string, surface: GoldenCase['surface'], path: readonly string[]])[] = [
    ['terminal of an answered call', 'status-callback', ['AccountSid']],
    ['a callback of that shape', 'status-callback', ['account_sid']],
    ['an answered call: talk time is the leg’s, not DialCallDuration', 'passthru', ['AccountSid']],
    ['an agent is dialled: "busy" is the agent, and no call status', 'popup', ['AccountSid']],
    ['whom to dial', 'connect', ['AccountSid']],
    ['Programmable Gather', 'gather', ['AccountSid']],
    ['the end of an outbound call; its duration as text', 'webrtc', ['ExotelAccountSid']],
    ['an event of a leg of a call: states and times are the leg’s', 'exoml', ['data', 'account_sid']],
    ['one attempt: whether its number is the API’s From or To is not known, so it is neither', 'campaign', ['account_sid']],
    ['numbers as numbers, nothing as ""', 'call-list', ['AccountSid']],
    ['numbers as numbers, nothing as ""', 'call-lookup', ['Call', 'AccountSid']],
    ['call details: over', 'call-lookup', ['response', 'call_details', 'account_sid']],
  ]
  const withAt = (sent: unknown, [key = '', ...rest]: readonly string[], value: string): GoldenCase['sent'] => {
    const object = sent as GoldenCase['sent']
    return { ...object, [key]: rest.length === 0 ? value : withAt(object[key], rest, value) }
  }

  it.each(ACCOUNT_PARAMETERS)('is not read: %s, on %s, by %s', (variant, surface, path) => {
    const golden = GOLDEN_CASES.find((one) => one.variant === variant && one.surface === surface)
    if (golden === undefined) throw new Error('there is no such case')
    const of = (account: string) => goldenObservation({ ...golden, sent: withAt(golden.sent, path, account) }, golden.encodings[0] ?? 'json')
    expect(readObservation(of('acme'))).toEqual(expected(golden, of('acme').receivedAt))
    expect(readObservation(of('mallory'))).toEqual({ kind: 'unreadable', reason: 'AccountSid names another account than acme' })
  })
})

/** Their requests have no names of their own (`connect.golden.ts` shows what they are taken for). */
const NOTHING_OF_ITS_OWN = (golden: GoldenCase) => ['connect', 'gather'].includes(golden.surface) && 'CallFrom' in golden.sent
const RECOGNISED = rows.filter((row) => !['call-list', 'call-lookup', 'unrecognised'].includes(row.surface) && !NOTHING_OF_ITS_OWN(row.golden))

describe('on a callback URL that names no surface', () => {
  it.each(RECOGNISED)('$surface: $variant, in $encoding', ({ golden, encoding, says }) => {
    const named = goldenObservation(golden, encoding)
    const { surface } = peekDelivery({ method: 'POST', query: named.query, contentType: named.contentType, body: named.payload, surface: null })
    const exceptions = (says.exceptions ?? []).filter(({ kind }) => kind !== 'other-surface')
    // As ingest recognises it by its bytes, and as the reader does where ingest could not.
    for (const known of [surface, 'unrecognised' as const])
      expect(readObservation({ ...named, surface: known })).toEqual({ ...expected({ ...golden, surface: 'unrecognised' }, named.receivedAt), exceptions })
  })
})

/** Every text that was sent, by the name a person would give its place. */
const sentTexts = (sent: unknown, name = ''): ReadonlyMap<string, string> => {
  const texts = new Map<string, string>()
  if (typeof sent !== 'object' || sent === null) return new Map([[name, String(sent ?? '')]])
  texts.set(name, JSON.stringify(sent))
  for (const [key, value] of Object.entries(sent)) for (const entry of sentTexts(value, name === '' ? key : `${name}[${key}]`)) texts.set(...entry)
  return texts
}
