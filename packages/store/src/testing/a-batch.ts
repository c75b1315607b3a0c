import type { CallFacts } from '@rollcall/domain/call/fact'
import { merge } from '@rollcall/domain/call/merge'
import type { CallRecord } from '@rollcall/domain/call/record'
import type { Batch, CallWrite, DeadLetterRow, ObservationRow } from '../projection/batch.ts'

export const TOPIC = 'test.observations'
const AT = Date.UTC(2026, 0, 1)

/** A call of which one webhook has told. */
export const aRecord = (callSid: string, facts: Partial<CallFacts> = {}): CallRecord =>
  merge(null, [{ account: 'acme', callSid, source: 'webhook', receivedAt: AT, vendorTime: null, event: null, values: { status: 'completed' }, ...facts }]) as CallRecord

export const aWrite = (callSid: string, write: Partial<CallWrite> = {}): CallWrite => ({ record: aRecord(callSid), baseVersion: 0n, changed: ['status'], logOffset: 0n, ...write })

export const anObservation = (logOffset: bigint, row: Partial<ObservationRow> = {}): ObservationRow => ({
  logOffset,
  account: 'acme',
  callSid: 'c1',
  surface: 'status-callback',
  event: null,
  source: '/rollcall/test',
  receivedAt: AT,
  ceId: `id-${logOffset}`,
  payloadSha256: 'ab',
  scanId: null,
  outcome: 'facts',
  facts: '{}',
  exceptions: null,
  ...row,
})

export const aDeadLetter = (logOffset: bigint, row: Partial<DeadLetterRow> = {}): DeadLetterRow => ({
  logOffset,
  account: null,
  surface: null,
  reason: 'unreadable',
  headers: {},
  payload: Buffer.of(),
  receivedAt: AT,
  ...row,
})

/** One batch of partition 0, from the beginning, under epoch 1. */
export const aBatch = (batch: Partial<Batch> = {}): Batch => ({
  topic: TOPIC,
  partition: 0,
  epoch: 1n,
  from: 0n,
  to: 1n,
  lastRecordSha256: 'ab',
  calls: [],
  observations: [],
  deadLetters: [],
  heartbeats: [],
  smsStatuses: [],
  ...batch,
})
