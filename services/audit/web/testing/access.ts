import type { AccessItem } from '@rollcall/contracts/audit-api/access-log'

/** What people did in the made-up account. */
const HOUR_MS = 3_600_000
const DEEDS = 130

const text = (at: number): string => new Date(at).toISOString()
type Deed = AccessItem extends infer Item ? (Item extends AccessItem ? Omit<Item, 'position' | 'at' | 'by' | 'asTold'> : never) : never

export const accessAt = (now: number, callSid: string): AccessItem[] => {
  const token = { id: '4f2a91c0', subject: 'Asha, internal audit', scopes: ['audit:read' as const, 'pii:read' as const], allAccounts: false, expiresAt: text(now + 700 * HOUR_MS) }
  const range = { from: text(now - 60 * HOUR_MS), to: text(now - 36 * HOUR_MS) }
  const deeds: readonly (readonly [by: string, asTold: boolean, deed: Deed])[] = [
    ['asha@audit', false, { type: 'reveal', callSid, observation: null, reason: 'complaint 17' }],
    ['ravi', false, { type: 'export', range, format: 'csv', calls: 12_408 }],
    [
      'asha@audit',
      false,
      { type: 'exception-action', kind: 'claim', exception: 'exception-3', did: { action: 'close', resolution: 'vendor', note: 'Exotel says that it was a test.' } },
    ],
    ['Ravi', true, { type: 'token-revoked', token: { ...token, id: '00c0ffee', subject: 'Meera' } }],
    ['Meera, privacy', true, { type: 'erasure', erased: { createdBefore: text(now - 4_000 * HOUR_MS) }, calls: 40_000 }],
    ['Meera, privacy', true, { type: 'erasure', erased: { callSid }, calls: 1 }],
    ['Ravi', true, { type: 'token-created', token }],
    ['Ravi', true, { type: 'token-created', token: { ...token, id: '00000002', allAccounts: true } }],
    ['asha@audit', false, { type: 'reveal', callSid, observation: { partition: 3, offset: '42' }, reason: 'complaint 18' }],
    ['ravi', false, { type: 'exception-action', kind: 'gap', exception: 'exception-10', did: { action: 'assign', assignee: 'asha' } }],
  ]
  return Array.from({ length: DEEDS }, (_, number) => {
    const [by, asTold, deed] = deeds[number % deeds.length] as (typeof deeds)[number]
    return { ...deed, position: { partition: 0, offset: String(9_000 - number) }, at: text(now - (number + 1) * HOUR_MS), by, asTold } as AccessItem
  })
}
