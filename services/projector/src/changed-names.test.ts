import type { CallFacts } from '@rollcall/domain/call/fact'
import { merge } from '@rollcall/domain/call/merge'
import type { CallRecord } from '@rollcall/domain/call/record'
import { describe, expect, it } from 'vitest'
import { changedNames } from './changed-names.ts'

const recordOf = (...facts: readonly Partial<CallFacts>[]): CallRecord =>
  merge(
    null,
    facts.map((some) => ({ account: 'acme', callSid: 'c1', source: 'webhook', receivedAt: 0, vendorTime: null, event: null, values: {}, ...some })),
  ) as CallRecord
const webhook = { values: { status: 'completed', from: '09000000001' } }
const confirmed = { source: 'poll', values: { status: 'completed', from: '09000000001' } } as const
const contradicted = { source: 'poll', values: { status: 'failed', from: '09000000001' } } as const

describe('what changed of a call', () => {
  it.each([
    ['every field of a call that is new', null, recordOf(webhook), ['status', 'from']],
    ['that the API has confirmed it, beside nothing else', recordOf(webhook), recordOf(webhook, confirmed), ['verified']],
    ['that it is new and confirmed', null, recordOf(confirmed), ['status', 'from', 'verified']],
    ['where sources contradict each other', recordOf(webhook), recordOf(webhook, contradicted), ['status', 'verified', 'conflicts']],
    ['that it is new and in conflict with itself', null, recordOf(webhook, contradicted), ['status', 'from', 'verified', 'conflicts']],
    ['nothing, where it was heard of again', recordOf(webhook), recordOf(webhook, { ...webhook, event: 'passthru' }), []],
    ['nothing, where it was confirmed again', recordOf(confirmed), recordOf(confirmed, { ...confirmed, source: 'lookup' }), []],
  ])('is %s', (_what, before, after, names) => {
    expect(changedNames(before, after)).toEqual(names)
  })
})
