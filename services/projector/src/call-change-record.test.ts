import { merge } from '@rollcall/domain/call/merge'
import type { CallRecord } from '@rollcall/domain/call/record'
import { expect, it } from 'vitest'
import { callChangeRecord } from './call-change-record.ts'

const AT = Date.UTC(2026, 0, 1)
const record = merge(null, [
  { account: 'acme', callSid: 'c1', source: 'webhook', receivedAt: AT, vendorTime: null, event: 'passthru', values: { status: 'completed' } },
  { account: 'acme', callSid: 'c1', source: 'poll', receivedAt: AT + 1, vendorTime: null, event: null, values: { status: 'failed', price: '1.5' } },
]) as CallRecord
const change = { account: 'acme', callSid: 'c1', record, version: 3n, changed: ['conflicts', 'price'], partition: 4, logOffset: 9_007_199_254_740_993n }
const read = (value: Uint8Array) => JSON.parse(Buffer.from(value).toString())

it('a changed call goes to the changelog whole, with what changed and where in the log that stands', () => {
  const { key, value, headers, timestamp } = callChangeRecord(change, AT)
  expect([key, timestamp]).toEqual(['acme|c1', AT])
  expect(headers).toMatchObject({ ce_id: 'acme|c1|3', ce_type: 'com.rollcall.call.changed', ce_time: '2026-01-01T00:00:00.000Z' })
  expect(read(value)).toMatchObject({
    account: 'acme',
    callSid: 'c1',
    version: 3,
    verified: true,
    status: 'failed',
    price: '1.5',
    from: null,
    conflicts: [{ kind: 'terminal_conflict', field: 'status', low: 'completed', high: 'failed' }],
    firstSeen: { webhook: AT, poll: AT + 1 },
    events: { passthru: AT },
    changed: ['conflicts', 'price'],
    position: { partition: 4, offset: '9007199254740993' },
  })
})

it('a call that is gone says so and nothing else', () => {
  const { key, value, headers } = callChangeRecord({ ...change, record: null, changed: [] }, AT)
  expect([key, headers.ce_type]).toEqual(['acme|c1', 'com.rollcall.call.gone'])
  expect(read(value)).toEqual({ account: 'acme', callSid: 'c1', version: 3, gone: true, changed: [], position: { partition: 4, offset: '9007199254740993' } })
})
