import { describe, expect, it } from 'vitest'
import { ActBody, RevealBody } from './questions.ts'
import { NAMES_SOMEBODY, namesNobody } from './unnamed-people.ts'

describe('text that stays for ever', () => {
  it.each([
    'called +91 98765 43210 back',
    '+919876543210',
    '09876543210',
    '98765-43210, twice',
    '(9876543210)',
    '91 9876543210',
    'number: 9876543210.',
    '+44 (20) 7946-0958',
    'see asha@example.com',
  ])('is refused where it may name somebody: %s', (text) => expect(namesNobody(text)).toBe(false))

  it.each([
    'billed by hand, ticket INC9876543210',
    'call b6f3a19876543210c1d2e3f4a5b69876 of 2026-11-27 14:05:09',
    'leaf 1234567, offset 4294967296',
    '12,345.67 at 18:30, 3 of 4',
    'assigned to @asha, see #4711',
    '0.9876543210 of them',
  ])('is taken where it names nobody: %s', (text) => expect(namesNobody(text)).toBe(true))

  it('is looked at in notes and reasons, and not in who is to look at it', () => {
    for (const said of [
      ActBody.safeParse({ action: 'annotate', note: 'call 9876543210' }),
      ActBody.safeParse({ action: 'assign', assignee: 'asha', note: 'call 9876543210' }),
      ActBody.safeParse({ action: 'close', resolution: 'explained', note: 'call 9876543210' }),
    ])
      expect(said.error?.issues).toMatchObject([{ path: ['note'], message: NAMES_SOMEBODY }])
    expect(RevealBody.safeParse({ reason: 'call 9876543210' }).error?.issues).toMatchObject([{ path: ['reason'], message: NAMES_SOMEBODY }])
    expect(ActBody.safeParse({ action: 'assign', assignee: 'asha@example.com' }).success).toBe(true)
    expect(RevealBody.safeParse({ reason: 'complaint 7' }).success).toBe(true)
  })
})
