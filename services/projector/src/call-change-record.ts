import { FIELDS } from '@rollcall/domain/call/fact'
import { fieldOf, isVerified } from '@rollcall/domain/call/record'
import type { LogRecord } from '@rollcall/event-log/event-log'
import type { CallChange } from '@rollcall/store/projection/take-outbox'

/** A changed call as a record of `rollcall.calls.v1`: the whole call, what changed, and where in the log the change came from. */
export const callChangeRecord = ({ record, version, changed, partition, logOffset }: CallChange, publishedAt: number): LogRecord => {
  const key = `${record.account}|${record.callSid}`
  const call = {
    account: record.account,
    callSid: record.callSid,
    version: Number(version),
    verified: isVerified(record),
    ...Object.fromEntries(FIELDS.map((field) => [field, fieldOf(record, field)])),
    firstSeen: record.firstSeen,
    events: record.events,
    changed,
    position: { partition, offset: logOffset.toString() },
  }
  const headers = {
    ce_specversion: '1.0',
    ce_id: `${key}|${version}`,
    ce_type: 'com.rollcall.call.changed',
    ce_source: '/rollcall/projector',
    ce_subject: record.callSid,
    ce_time: new Date(publishedAt).toISOString(),
    'content-type': 'application/json',
  }
  return { key, value: Buffer.from(JSON.stringify(call)), headers, timestamp: publishedAt }
}
