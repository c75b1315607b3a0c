/** Records of the log as ingest and the reconciler write them. */
import { createHash, randomUUID } from 'node:crypto'
import { INDIA_UTC_OFFSET_MINUTES, type Observation } from '@rollcall/contracts/observation'
import { toLogRecord } from '@rollcall/contracts/observation-record'
import type { LogRecord } from '@rollcall/event-log/event-log'

export const ACCOUNT = 'acme'
export const RECEIVED_AT = Date.UTC(2026, 0, 1)

type Fields = Readonly<Record<string, unknown>>

const observation = (surface: Observation['surface'], callSid: string, body: Fields, changes: Partial<Observation>): LogRecord => {
  const payload = Buffer.from(JSON.stringify(body))
  return toLogRecord({
    id: randomUUID(),
    account: ACCOUNT,
    surface,
    callSid,
    receivedAt: RECEIVED_AT,
    source: '/rollcall/test',
    method: surface === 'status-callback' ? 'POST' : null,
    query: null,
    contentType: 'application/json',
    scanId: null,
    leaseEpoch: null,
    payloadSha256: createHash('sha256').update(payload).digest('hex'),
    traceparent: null,
    utcOffsetMinutes: INDIA_UTC_OFFSET_MINUTES,
    payload,
    ...changes,
  })
}

/** A StatusCallback. */
export const delivery = (callSid: string, fields: Fields = {}, changes: Partial<Observation> = {}): LogRecord =>
  observation('status-callback', callSid, { CallSid: callSid, EventType: 'terminal', Status: 'completed', ...fields }, changes)

/** A row of the call list. */
export const apiRow = (callSid: string, fields: Fields = {}, changes: Partial<Observation> = {}): LogRecord =>
  observation('call-list', callSid, { Sid: callSid, Status: 'completed', ...fields }, changes)

/** The same record with other headers; undefined takes one away. */
export const withHeaders = (record: LogRecord, headers: Readonly<Record<string, string | undefined>>): LogRecord => ({
  ...record,
  headers: Object.fromEntries(Object.entries({ ...record.headers, ...headers }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
})

/** Observations of so many calls, several of each, as they might come: answered, ended, ended again, and the API's row. */
export const traffic = (calls: number, from = 0): readonly LogRecord[] =>
  Array.from({ length: calls }, (_, index) => {
    const callSid = `call-${from + index}`
    return [
      delivery(callSid, { EventType: 'answered', Status: 'in-progress', From: '09000000001' }),
      delivery(callSid, { Duration: String(index), From: '09000000001' }),
      delivery(callSid, { Duration: String(index), From: '09000000001' }),
      apiRow(callSid, { Duration: String(index), From: '09000000001', To: '09000000002' }),
    ]
  }).flat()
