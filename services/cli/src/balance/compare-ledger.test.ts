import type { LedgerCall } from '@rollcall/exotel-simulator/calls/ledger-call'
import type { CallColumns } from '@rollcall/store/status/read-call-columns'
import { describe, expect, it } from 'vitest'
import { compareLedger, isBalanced } from './compare-ledger.ts'
import { renderBalance } from './render-balance.ts'

const made = (callSid: string, ...outcomes: string[]) =>
  ({
    callSid,
    truth: {
      status: 'completed',
      direction: 'inbound',
      from: '09000000001',
      to: '09000009003',
      exophone: '09000009003',
      createdAt: 1_000,
      startedAt: 1_000,
      endedAt: 18_000,
      durationSeconds: 17,
      price: '0.45',
      recordingUrl: null,
    },
    webhooks: outcomes.map((outcome) => ({ outcome })),
  }) as unknown as LedgerCall

const held = (callSid: string, changes: Partial<CallColumns> = {}): CallColumns => ({
  callSid,
  verified: true,
  status: 'completed',
  direction: 'inbound',
  from: '09000000001',
  to: '09000009003',
  exophone: '09000009003',
  createdAt: 1_000,
  startedAt: 1_000,
  endedAt: 18_000,
  durationSeconds: '17',
  price: '0.450',
  recordingUrl: null,
  ...changes,
})

describe('the books', () => {
  it('balance when every call is held as it was, and every lost one was found', () => {
    const balance = compareLedger([made('a', 'delivered'), made('b', 'dropped-on-purpose', 'delivered'), made('c')], [held('a'), held('b'), held('c')])
    expect(balance).toEqual({ calls: 3, webhooksLost: 1, lostCalls: 1, foundAgain: 1, missing: [], extra: [], differing: [] })
    expect(isBalanced(balance)).toBe(true)
  })

  it.each([
    ['a call is not held', [held('a')], { missing: ['b'], foundAgain: 0 }],
    ['a call is held that was never made', [held('a'), held('b'), held('z')], { extra: ['z'] }],
    ['a lost call is known by a webhook alone', [held('a'), held('b', { verified: false })], { foundAgain: 0, differing: ['b verified: held false, true is true'] }],
    ['a field differs', [held('a', { endedAt: null }), held('b')], { differing: ['a endedAt: held null, true is 18000'] }],
    ['a price differs', [held('a', { price: '0.90' }), held('b')], { differing: ['a price: held "0.90", true is "0.45"'] }],
    ['a duration is not there yet', [held('a', { durationSeconds: null }), held('b')], { differing: ['a durationSeconds: held null, true is "17"'] }],
  ])('do not balance when %s', (_, rows, expected) => {
    const balance = compareLedger([made('a', 'delivered'), made('b', 'dropped-on-purpose')], rows)
    expect(balance).toMatchObject(expected)
    expect(isBalanced(balance)).toBe(false)
  })
})

describe('the balance as told', () => {
  it('says yes when it is equal', () =>
    expect(renderBalance(compareLedger([made('b', 'dropped-on-purpose')], [held('b')]))).toEqual([
      'Balance: 1 calls made, 1 webhooks lost on purpose; of 1 calls that lost one, 1 found again, 0 still missing.',
      'Postgres and the ledger of what was true are equal: yes.',
    ]))

  it('names the first that are not, and counts the rest', () => {
    const rows = Array.from({ length: 8 }, (_, nth) => held(`z${nth}`))
    expect(renderBalance(compareLedger([made('b', 'dropped-on-purpose')], rows))).toEqual([
      'Balance: 1 calls made, 1 webhooks lost on purpose; of 1 calls that lost one, 0 found again, 1 still missing.',
      'Postgres and the ledger of what was true are equal: no.',
      '  not held: b',
      '  held, never made: z0, z1, z2, z3, z4 and 3 more',
    ])
  })
})
