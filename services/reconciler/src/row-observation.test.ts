import type { ApiRow } from '@rollcall/exotel/client/api-row'
import { expect, it } from 'vitest'
import { rowObservation } from './row-observation.ts'

it('is the row to the byte, read in the zone that its account has now', () => {
  const bytes = Buffer.from('{"Sid":"call-1" , "DateCreated":"2026-01-31 09:00:00"}')
  const facts = { account: 'acme', callSid: 'call-1', source: 'poll', receivedAt: 1_764_000_000_000, vendorTime: null, event: null, values: {} } as const
  const row: ApiRow = { callSid: 'call-1', createdAt: 1_764_000_000_000, bytes, facts }
  const observation = rowObservation(row, { surface: 'call-list', scanId: 'scan', leaseEpoch: 7n, source: '/rollcall/reconciler/host-1', utcOffsetMinutes: 480 })
  expect(observation).toMatchObject({ account: 'acme', callSid: 'call-1', surface: 'call-list', scanId: 'scan', leaseEpoch: 7n, utcOffsetMinutes: 480 })
  expect(observation.payload).toBe(bytes)
})
