import { describe, expect, it } from 'vitest'
import { explainObservation } from '../explain-observation.ts'
import { peekDelivery } from '../peek-delivery.ts'
import { readObservation } from '../read-observation.ts'
import type { GoldenCase } from './testing/golden-case.ts'
import { GOLDEN_CASES } from './testing/golden-cases.ts'
import { goldenObservation } from './testing/golden-observation.ts'

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
    const explained = explainObservation(observation)
    expect(Object.fromEntries(explained.map(({ field, value }) => [field, value]))).toEqual(result.kind === 'facts' && result.facts.values)
    // Every raw text was in the request, under that name.
    for (const { name, raw } of explained) expect({ name, found: sentTexts(sent).get(name) ?? null }).toEqual({ name, found: raw })
  })
})

describe('before the log', () => {
  it.each(ofCalls.filter(({ surface }) => !surface.startsWith('call-')))('the call of $surface is found without reading: $variant, in $encoding', ({ golden, encoding, says }) => {
    const { method, query, contentType, payload } = goldenObservation(golden, encoding)
    const peeked = peekDelivery({ method: method ?? 'POST', query, contentType, body: payload, surface: null })
    expect(peeked.callSid).toBe('callSid' in says && says.callSid)
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
