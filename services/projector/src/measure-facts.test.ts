import type { CallFacts } from '@rollcall/domain/call/fact'
import { merge } from '@rollcall/domain/call/merge'
import type { CallRecord } from '@rollcall/domain/call/record'
import { canonicalTime, SECOND } from '@rollcall/domain/time'
import { describe, expect, it } from 'vitest'
import { newFactDelays } from './measure-facts.ts'

const ENDED = Date.UTC(2026, 0, 31, 4)
const record = (before: CallRecord | null, receivedAt: number, values: CallFacts['values'], source: CallFacts['source'] = 'webhook'): CallRecord =>
  merge(before, [{ account: 'acme', callSid: 'c', source, receivedAt, vendorTime: null, event: null, values }]) as CallRecord
const over = { status: 'completed', endedAt: canonicalTime(ENDED) }
const recorded = { ...over, recordingUrl: 'https://recordings.example.com/c.mp3' }

describe('the delay of a fact', () => {
  it('is from the end of the call until it was received, measured once', () => {
    const first = record(null, ENDED + 2 * SECOND, over)
    expect(newFactDelays(null, first)).toEqual([{ fact: 'ended', source: 'webhook', delayMs: 2 * SECOND }])
    const second = record(first, ENDED + 60 * SECOND, recorded, 'poll')
    expect(newFactDelays(first, second)).toEqual([{ fact: 'recorded', source: 'poll', delayMs: 60 * SECOND }])
    expect(newFactDelays(second, record(second, ENDED + 90 * SECOND, recorded, 'lookup'))).toEqual([])
  })

  it('is told once the moment of the end is: a row may have the status long before', () => {
    const early = record(null, ENDED + SECOND, { status: 'completed' })
    expect(newFactDelays(null, early)).toEqual([])
    expect(newFactDelays(early, record(early, ENDED + 90 * SECOND, over))).toEqual([{ fact: 'ended', source: 'webhook', delayMs: SECOND }])
  })

  it('is none of a call that goes on, and never below nothing', () => {
    expect(newFactDelays(null, record(null, ENDED, { status: 'in-progress' }))).toEqual([])
    expect(newFactDelays(null, record(null, ENDED - 5 * SECOND, over))).toMatchObject([{ delayMs: 0 }])
  })
})
