import type { ExceptionKind } from '@rollcall/contracts/audit-api/exception'
import type { Instant } from '@rollcall/domain/time'

/** The view of one kind of audit.exceptions. */
export const viewOf = (kind: ExceptionKind): string => `rollcall.exceptions_${kind.replaceAll('-', '_')}`

/** Of one kind: the columns that tell those of one moment apart, in the order of the kind's index, and their values by its subject. */
export interface ExceptionKeys {
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  /** Null where no exception of the kind can be about this. */
  readonly valuesOf: (subject: readonly (string | number)[]) => readonly unknown[] | null
}

const OFFSET_DIGITS_MAX = 18
const PARTITION_MAX = 2 ** 31 - 1
/** The end of the year 9999. */
const WINDOW_MS_MAX = 253_402_300_799_999

const isText = (value: string | number | undefined): value is string => typeof value === 'string'

const webhook: ExceptionKeys = {
  columns: [
    { name: 'call_sid', type: 'text' },
    { name: 'detail', type: 'text' },
  ],
  valuesOf: ([callSid, expectation, ...more]) => (more.length === 0 && isText(callSid) && isText(expectation) ? [callSid, expectation] : null),
}
const call: ExceptionKeys = {
  columns: [{ name: 'call_sid', type: 'text' }],
  valuesOf: ([callSid, ...more]) => (more.length === 0 && isText(callSid) ? [callSid] : null),
}
const place: ExceptionKeys = {
  columns: [
    { name: 'partition', type: 'integer' },
    { name: 'log_offset', type: 'bigint' },
  ],
  valuesOf: ([partition, offset, ...more]) =>
    more.length === 0 && typeof partition === 'number' && partition >= 0 && partition <= PARTITION_MAX && isText(offset) && isOffset(offset) ? [partition, offset] : null,
}
const day: ExceptionKeys = {
  columns: [{ name: 'detail', type: 'text' }],
  valuesOf: ([detail, ...more]) => (more.length === 0 && isText(detail) ? [detail] : null),
}
const dayAsStored: ExceptionKeys = {
  columns: [
    { name: 'detail', type: 'text' },
    { name: 'reason', type: 'text' },
  ],
  valuesOf: ([detail, sha256, ...more]) => (more.length === 0 && isText(detail) && isText(sha256) ? [detail, sha256] : null),
}
const window: ExceptionKeys = {
  columns: [{ name: 'window_from', type: 'timestamptz' }],
  valuesOf: ([from, ...more]) => (more.length === 0 && typeof from === 'number' && from >= 0 && from <= WINDOW_MS_MAX ? [new Date(from satisfies Instant)] : null),
}

const isOffset = (text: string): boolean => text.length <= OFFSET_DIGITS_MAX && /^\d+$/.test(text)

export const EXCEPTION_KEYS: Readonly<Record<ExceptionKind, ExceptionKeys>> = {
  'missing-webhook': webhook,
  'late-webhook': webhook,
  conflict: call,
  claim: call,
  'dead-letter': place,
  'unknown-word': place,
  'not-held': day,
  gap: window,
  amended: window,
  'day-differs': dayAsStored,
}
