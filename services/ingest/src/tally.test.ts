import { expect, it } from 'vitest'
import { createTally } from './tally.ts'

it('counts deliveries, probes and refusals by account, and strangers under no name', () => {
  const tally = createTally(['acme'])
  tally.received('acme', 7)
  tally.probed('acme')
  tally.refused('acme', 'too-large')
  tally.refused(null, 'wrong-secret')
  tally.received('stranger', 8)
  tally.probed('stranger')
  tally.refused('stranger', 'malformed')
  expect(tally.accounts()).toEqual({ acme: { received: 1, lastReceivedAt: 7, probes: 1, refused: { 'too-large': 1 } } })
  expect([...tally.lastReceived()]).toEqual([['acme', 7]])
  expect(tally.strangers()).toEqual({ 'wrong-secret': 1, malformed: 1 })
})

it('keeps the counts of accounts that stay, begins with new ones, and forgets those that are gone', () => {
  const tally = createTally(['acme', 'gone'])
  tally.received('acme', 7)
  tally.accountsAre(['acme', 'new'])
  tally.received('new', 8)
  tally.received('gone', 9)
  expect(Object.entries(tally.accounts()).map(([sid, { received }]) => [sid, received])).toEqual([
    ['acme', 1],
    ['new', 1],
  ])
})
