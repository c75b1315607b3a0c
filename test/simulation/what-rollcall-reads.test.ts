/** Whatever Exotel may turn out to do, Rollcall reads the truth from it or nothing, never something else. */
import type { CallFacts, Field } from '@rollcall/domain/call/fact'
import { readObservation } from '@rollcall/exotel/read-observation'
import { expectedRecord } from '@rollcall/exotel-simulator/calls/expected-record'
import type { LedgerCall } from '@rollcall/exotel-simulator/calls/ledger-call'
import { UNKNOWNS } from '@rollcall/exotel-simulator/unknowns'
import { describe, expect, it } from 'vitest'
import { type SimulatedSettings, simulatedObservations } from './simulated-observations.ts'

const PHONES: ReadonlySet<string> = new Set(['from', 'to', 'exophone'])
const TIMES: ReadonlySet<string> = new Set(['createdAt', 'startedAt', 'endedAt'])

const subscriber = (phone: string) => (phone.startsWith('sip:') ? phone : phone.replace(/\D/g, '').slice(-10))

/** Values as they can be compared, whichever way a surface spells them. */
const comparable = (field: string, value: unknown): unknown => {
  if (value === null || value === undefined) return null
  if (PHONES.has(field)) return subscriber(String(value))
  if (TIMES.has(field)) return typeof value === 'number' ? value : Date.parse(String(value))
  return /Seconds$|^price$/.test(field) ? Number(value) : value
}

/** What a read claims and is not so. */
const untruths = (call: LedgerCall, { values, event }: CallFacts): string[] =>
  (Object.entries(values) as [Field, string][]).flatMap(([field, value]) => {
    if (!(field in call.truth)) return []
    if (event === 'status-callback/answered' && (field === 'status' || field.startsWith('leg'))) return value === 'in-progress' ? [] : [`${event} ${field}: ${value}`]
    const truth = call.truth[field as keyof LedgerCall['truth']]
    return comparable(field, value) === comparable(field, truth) ? [] : [`${call.kind} ${event} ${field}: ${value}, true is ${truth}`]
  })

const readAll = (settings: SimulatedSettings) => {
  const { calls, deliveries, rowOf } = simulatedObservations(settings)
  return { calls, rowOf, reads: deliveries.map((delivery) => ({ ...delivery, result: readObservation(delivery.observation) })) }
}

const CASES = UNKNOWNS.flatMap(({ setting, values }) => values.map((value) => ({ setting, value })))
  // Other calls each time: so all of them together see more.
  .map((row, seed) => ({ ...row, seed }))

describe.each(CASES)('where $setting is $value (seed $seed)', ({ setting, value, seed }) => {
  const [group, name] = setting.split('.') as [keyof SimulatedSettings, string]
  const { calls, rowOf, reads } = readAll({ seed, [group]: { [name]: value } })

  it('every webhook about a call is read, and nothing in it is read wrongly', () => {
    expect(reads.length).toBeGreaterThan(calls.length / 2)
    for (const { call, webhook, result } of reads) {
      expect(result).toMatchObject({ kind: 'facts', exceptions: [], facts: { callSid: call.callSid, event: webhook.event } })
      if (result.kind === 'facts') expect(untruths(call, result.facts)).toEqual([])
    }
  })

  it('the settled rows hold the whole record', () => {
    for (const call of calls) {
      const single = readObservation(rowOf(call, call.visible.settledFrom, 'single'))
      const list = readObservation(rowOf(call, call.visible.settledFrom, 'list'))
      if (single.kind !== 'facts' || list.kind !== 'facts') throw new Error('a row could not be read')
      const { listed, detailed } = expectedRecord(call)
      const holds = (facts: CallFacts, record: object) => {
        for (const [field, truth] of Object.entries(record)) expect(comparable(field, facts.values[field as Field]), `${call.kind} ${field}`).toEqual(comparable(field, truth))
      }
      holds(single.facts, detailed)
      holds(list.facts, listed ?? {})
      expect([...untruths(call, single.facts), ...untruths(call, list.facts)]).toEqual([])
    }
  })
})

describe('a webhook with a fault', () => {
  it.each(['recordingAbsentRate', 'caseChangedRate', 'cancelledRate', 'extraFieldsRate', 'legsFromOneRate', 'listRenderedRate'])(
    '%s is read, and nothing in it is read wrongly',
    (rate) => {
      const { reads } = readAll({ faults: { [rate]: 1 } })
      for (const { call, result } of reads) {
        expect(result).toMatchObject({ kind: 'facts', exceptions: [], facts: { callSid: call.callSid } })
        if (result.kind === 'facts') expect(untruths(call, result.facts)).toEqual([])
      }
    },
  )

  it.each(['emptyBodyRate', 'truncatedRate'])('%s is read as far as it goes, or not at all', (rate) => {
    const { reads } = readAll({ faults: { [rate]: 1 } })
    for (const { call, result } of reads) if (result.kind === 'facts') expect(untruths(call, result.facts)).toEqual([])
  })
})
