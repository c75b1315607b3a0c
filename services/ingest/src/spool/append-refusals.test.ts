import { SpoolBusyError, SpoolFullError, SpoolUnusableError, SpoolWriteError } from '@rollcall/segment-log/spool-errors'
import { beforeEach, describe, expect, it } from 'vitest'
import { type AppendRefusals, createAppendRefusals } from './append-refusals.ts'

let now: number
let logged: { reason: string; notLogged: number }[]
let happened: string[]
let refusals: AppendRefusals

beforeEach(() => {
  now = 1_000
  logged = []
  happened = []
  refusals = createAppendRefusals({
    health: { wasFull: () => happened.push('was full'), failed: (message) => happened.push(`failed: ${message}`) },
    monotonicMs: () => now,
    logger: { error: (fields: { reason: string; notLogged: number }) => void logged.push(fields) } as never,
    fail: (error) => happened.push(`ends: ${error.message}`),
  })
})

describe('an append that the spool rejects', () => {
  it.each([
    { error: new SpoolFullError('no space'), reason: 'spool-full', follows: ['was full'] },
    { error: new SpoolBusyError('busy'), reason: 'spool-busy', follows: [] },
    { error: new SpoolWriteError('EIO'), reason: 'spool-failed', follows: [] },
    { error: new SpoolUnusableError('twice'), reason: 'spool-failed', follows: ['failed: twice', 'ends: twice'] },
    { error: new Error('anything else'), reason: 'spool-failed', follows: [] },
  ])('with $error.name is refused as $reason', ({ error, reason, follows }) => {
    expect(refusals.refused(error, 'acme')).toBe(reason)
    expect(happened).toEqual(follows)
  })

  it('is logged at most once a second, with how many were not', () => {
    for (let count = 0; count < 100; count += 1) refusals.refused(new SpoolFullError('no space'), 'acme')
    now += 1_000
    refusals.refused(new SpoolBusyError('busy'), 'acme')
    expect(logged.map(({ reason, notLogged }) => [reason, notLogged])).toEqual([
      ['spool-full', 0],
      ['spool-busy', 99],
    ])
  })
})
