import { conflictsOf } from '@rollcall/domain/call/conflicts'
import { FIELDS } from '@rollcall/domain/call/fact'
import { type CallRecord, fieldOf, isVerified } from '@rollcall/domain/call/record'
import type { LogRecord } from '@rollcall/event-log/event-log'
import type { CallChange } from '@rollcall/store/projection/take-outbox'

/**
 * A changed call as a record of `rollcall.calls.v1`: the whole call, what changed, and where in the log the change came from. A call that a
 * rebuilt projection does not have any more is `gone: true` and nothing else; should it ever come back, its versions begin again.
 */
export const callChangeRecord = (change: CallChange, publishedAt: number): LogRecord => {
  const { account, callSid, record, version, changed, partition, logOffset } = change
  const key = `${account}|${callSid}`
  const call: Record<string, unknown> = { account, callSid, version: Number(version) }
  if (record === null) call.gone = true
  else addContent(call, record)
  call.changed = changed
  call.position = { partition, offset: logOffset.toString() }
  const headers = {
    ce_specversion: '1.0',
    ce_id: `${key}|${version}`,
    ce_type: record === null ? 'com.rollcall.call.gone' : 'com.rollcall.call.changed',
    ce_source: '/rollcall/projector',
    ce_subject: callSid,
    ce_time: new Date(publishedAt).toISOString(),
    'content-type': 'application/json',
  }
  return { key, value: Buffer.from(JSON.stringify(call)), headers, timestamp: publishedAt }
}

/** Field by field, since it is done for every change: to make an object of the fields and copy it takes several times as long. */
const addContent = (call: Record<string, unknown>, record: CallRecord): void => {
  call.verified = isVerified(record)
  for (const field of FIELDS) call[field] = fieldOf(record, field)
  call.conflicts = conflictsOf(record)
  call.firstSeen = record.firstSeen
  call.events = record.events
}
