import { RefusalReason } from '@rollcall/contracts/ingest-status'
import { describe, expect, it } from 'vitest'
import { createRefusedMinutes, REFUSED_MINUTES_MAX } from './refused-minutes.ts'

const AT = Date.UTC(2026, 0, 1, 4, 30)

describe('refused webhooks', () => {
  it('are counted by account, minute and reason, and told once', () => {
    let now = AT + 59_999
    const refusals = createRefusedMinutes(() => now)
    refusals.refused('acme', 'too-large')
    refusals.refused('acme', 'too-large')
    refusals.refused('beta', 'too-large')
    now = AT + 60_000
    refusals.refused('acme', 'spool-full')
    expect(refusals.take()).toEqual([
      { account: 'acme', minute: AT, reason: 'too-large', count: 2 },
      { account: 'beta', minute: AT, reason: 'too-large', count: 1 },
      { account: 'acme', minute: AT + 60_000, reason: 'spool-full', count: 1 },
    ])
    expect(refusals.take()).toEqual([])
  })

  it('are those of somebody who knew the secret, and of nobody else', () => {
    const refusals = createRefusedMinutes(() => AT)
    for (const reason of RefusalReason.options) {
      refusals.refused('acme', reason)
      refusals.refused(null, reason)
    }
    expect(refusals.take().map(({ reason }) => reason)).toEqual([
      'wrong-network',
      'too-busy',
      'content-encoding',
      'too-large',
      'aborted',
      'spool-full',
      'spool-busy',
      'spool-failed',
    ])
  })

  it('are counted on when they could not be told', () => {
    const refusals = createRefusedMinutes(() => AT)
    refusals.refused('acme', 'too-large')
    const taken = refusals.take()
    refusals.refused('acme', 'too-large')
    refusals.putBack(taken)
    expect(refusals.take()).toMatchObject([{ count: 2 }])
  })

  it('are forgotten, the oldest first, where there are too many to remember', () => {
    let now = AT
    const refusals = createRefusedMinutes(() => now)
    for (let nth = 0; nth <= REFUSED_MINUTES_MAX; nth += 1) {
      refusals.refused('acme', 'too-large')
      now += 60_000
    }
    const taken = refusals.take()
    expect([taken.length, taken[0]?.minute]).toEqual([REFUSED_MINUTES_MAX, AT + 60_000])
  })
})
