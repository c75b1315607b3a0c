/** Whatever Exotel may turn out to do, Rollcall reads the truth from it or nothing, never something else. */
import type { CallFacts, Field } from '@rollcall/domain/call/fact'
import { readObservation } from '@rollcall/exotel/read-observation'
import { expectedRecord } from '@rollcall/exotel-simulator/calls/expected-record'
import type { LedgerCall, LedgerWebhook } from '@rollcall/exotel-simulator/calls/ledger-call'
import { toldTruth } from '@rollcall/exotel-simulator/calls/told-truth'
import { UNKNOWNS } from '@rollcall/exotel-simulator/unknowns'
import { describe, expect, it } from 'vitest'
import { comparableAnyhow } from '../ledger/comparable-anyhow.ts'
import { type SimulatedSettings, simulatedObservations } from './simulated-observations.ts'

/** What a read claims and is not so. */
const untruths = (call: LedgerCall, { values, event }: CallFacts): string[] =>
  (Object.entries(values) as [Field, string][]).flatMap(([field, value]) => {
    if (!(field in call.truth)) return []
    if (event === 'status-callback/answered' && (field === 'status' || field.startsWith('leg'))) return value === 'in-progress' ? [] : [`${event} ${field}: ${value}`]
    const truth = call.truth[field as keyof LedgerCall['truth']]
    return comparableAnyhow(field, value) === comparableAnyhow(field, truth) ? [] : [`${call.kind} ${event} ${field}: ${value}, true is ${truth}`]
  })

/** What a webhook was read to say of the truth, and what it tells of it. */
const readAndTold = (call: LedgerCall, webhook: LedgerWebhook, { values }: CallFacts) => {
  const compared = (said: object) => Object.fromEntries(Object.entries(said).flatMap(([field, value]) => (field in call.truth ? [[field, comparableAnyhow(field, value)]] : [])))
  return { read: compared(values), told: compared(toldTruth(call, webhook)) }
}

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

  it('every webhook about a call is read: all that it tells of the truth, and nothing else', () => {
    expect(reads.length).toBeGreaterThan(calls.length / 2)
    for (const { call, webhook, result } of reads) {
      expect(result).toMatchObject({ kind: 'facts', exceptions: [], facts: { callSid: call.callSid, event: webhook.event } })
      if (result.kind !== 'facts') continue
      const { read, told } = readAndTold(call, webhook, result.facts)
      expect(read, `${call.kind} ${webhook.event}`).toEqual(told)
    }
  })

  it('the settled rows hold the whole record', () => {
    for (const call of calls) {
      const single = readObservation(rowOf(call, call.visible.settledFrom, 'single'))
      const list = readObservation(rowOf(call, call.visible.settledFrom, 'list'))
      if (single.kind !== 'facts' || list.kind !== 'facts') throw new Error('a row could not be read')
      const { listed, detailed } = expectedRecord(call)
      const holds = (facts: CallFacts, record: object) => {
        for (const [field, truth] of Object.entries(record))
          expect(comparableAnyhow(field, facts.values[field as Field]), `${call.kind} ${field}`).toEqual(comparableAnyhow(field, truth))
      }
      holds(single.facts, detailed)
      holds(list.facts, listed ?? {})
      expect([...untruths(call, single.facts), ...untruths(call, list.facts)]).toEqual([])
    }
  })
})

describe('a webhook with a fault', () => {
  it.each(['recordingAbsentRate', 'caseChangedRate', 'cancelledRate', 'extraFieldsRate', 'legsFromOneRate', 'listRenderedRate'])(
    '%s is read: all that it tells of the truth, and nothing else',
    (rate) => {
      const { reads } = readAll({ faults: { [rate]: 1 } })
      for (const { call, webhook, result } of reads) {
        expect(result).toMatchObject({ kind: 'facts', exceptions: [], facts: { callSid: call.callSid } })
        if (result.kind !== 'facts') continue
        const { read, told } = readAndTold(call, webhook, result.facts)
        expect(read, `${call.kind} ${webhook.event}`).toEqual(told)
      }
    },
  )

  it.each(['emptyBodyRate', 'truncatedRate'])('%s is read as far as it goes, or not at all', (rate) => {
    const { reads } = readAll({ faults: { [rate]: 1 } })
    for (const { call, result } of reads) if (result.kind === 'facts') expect(untruths(call, result.facts)).toEqual([])
  })
})
