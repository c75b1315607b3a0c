import type { LedgerCall } from '@rollcall/exotel-simulator/calls/ledger-call'
import { expect, it } from 'vitest'
import { earlierPlays, messageOf } from './simulator-message.ts'

const call = (callSid: string, ...outcomes: string[]) => ({ callSid, webhooks: outcomes.map((outcome) => ({ outcome })) }) as unknown as LedgerCall

it('earlier starts are counted with what is shown, so that their lost calls are seen to be found', () =>
  expect(earlierPlays([call('a', 'delivered', 'dropped-on-purpose'), call('b', 'given-up', 'refused', 'pending'), call('c')])).toEqual({
    callsMade: 3,
    webhooksDelivered: 1,
    webhooksLost: 1,
    webhooksRefused: 2,
    lostCallSids: ['a'],
  }))

it('a parent is told of webhooks lost on purpose and of nothing else', () => {
  const settled = { type: 'webhook-settled', at: 0, account: 'demo', callSid: 'a', event: 'passthru', duplicate: false } as const
  expect(messageOf({ ...settled, outcome: 'dropped-on-purpose' })).toEqual({ type: 'lost-webhook', callSid: 'a' })
  expect(messageOf({ ...settled, outcome: 'delivered' })).toBeNull()
  expect(messageOf({ type: 'call-began', at: 0, account: 'demo', callSid: 'a', kind: 'dashboard' })).toBeNull()
})
