import { INDIA_UTC_OFFSET_MINUTES, type Observation, Surface, UTC_OFFSET_MINUTES_MAX } from './observation.ts'

/**
 * An observation as one record of the log: CloudEvents 1.0, Kafka binary mode (Kafka protocol binding 1.0.2, §3.2).
 * What is null or empty has no header at all. Structurally a LogRecord of the event log's port.
 */
export interface ObservationRecord {
  /** `account|CallSid`, or `account|surface` where no call is named: decides the partition. */
  readonly key: string
  readonly value: Uint8Array
  readonly headers: Readonly<Record<string, string>>
  /** Receipt, epoch milliseconds. */
  readonly timestamp: number
}

const TYPE_PREFIX = 'com.rollcall.observation.'
const SURFACES: ReadonlyMap<string, Surface> = new Map(Surface.options.map((surface) => [`${TYPE_PREFIX}${surface}`, surface]))

/** The record that holds `observation`. Empty texts become absent headers, and so come back as null. */
export const toLogRecord = (observation: Observation): ObservationRecord => {
  const { id, account, surface, callSid, receivedAt, source, method, query, contentType, scanId, leaseEpoch, payloadSha256, traceparent, utcOffsetMinutes, payload } = observation
  const headers: Record<string, string> = {
    ce_specversion: '1.0',
    ce_id: id,
    ce_type: TYPE_PREFIX + surface,
    ce_source: source,
    ce_time: new Date(receivedAt).toISOString(),
    ce_account: account,
    ce_surface: surface,
    ce_sha256: payloadSha256,
  }
  if (callSid) headers.ce_subject = callSid
  if (contentType) headers['content-type'] = contentType
  if (method) headers.ce_method = method
  if (query) headers.ce_query = query
  if (scanId) headers.ce_scanid = scanId
  if (leaseEpoch !== null) headers.ce_leaseepoch = String(leaseEpoch)
  if (traceparent) headers.traceparent = traceparent
  if (utcOffsetMinutes !== INDIA_UTC_OFFSET_MINUTES) headers.ce_utcoffset = String(utcOffsetMinutes)
  return { key: `${account}|${callSid || surface}`, value: payload, headers, timestamp: receivedAt }
}

/**
 * The observation that a record holds. Does not hash the payload again: the reader decides when that is worth its time.
 * @throws NotAnObservationError when the record was not written by `toLogRecord`; names the header and what it needs.
 */
export const fromLogRecord = (record: ObservationRecord): Observation => {
  const { headers } = record
  const required = (name: string): string => {
    const value = headers[name]
    if (value === undefined || value === '') throw new NotAnObservationError(name, value, 'a non-empty text')
    return value
  }
  if (headers.ce_specversion !== '1.0') throw new NotAnObservationError('ce_specversion', headers.ce_specversion, '1.0')
  const surface = SURFACES.get(required('ce_type'))
  if (surface === undefined) throw new NotAnObservationError('ce_type', headers.ce_type, `${TYPE_PREFIX}<${Surface.options.join('|')}>`)
  const receivedAt = Date.parse(required('ce_time'))
  if (Number.isNaN(receivedAt)) throw new NotAnObservationError('ce_time', headers.ce_time, 'an RFC 3339 time')
  const epoch = headers.ce_leaseepoch
  if (epoch !== undefined && !LEASE_EPOCH.test(epoch)) throw new NotAnObservationError('ce_leaseepoch', epoch, 'a decimal of at most 19 digits')
  const utcOffset = headers.ce_utcoffset
  if (utcOffset !== undefined && !(UTC_OFFSET.test(utcOffset) && Math.abs(Number(utcOffset)) <= UTC_OFFSET_MINUTES_MAX)) {
    throw new NotAnObservationError('ce_utcoffset', utcOffset, `minutes from -${UTC_OFFSET_MINUTES_MAX} to ${UTC_OFFSET_MINUTES_MAX}`)
  }
  return {
    id: required('ce_id'),
    account: required('ce_account'),
    surface,
    callSid: headers.ce_subject || null,
    receivedAt,
    source: required('ce_source'),
    method: headers.ce_method || null,
    query: headers.ce_query || null,
    contentType: headers['content-type'] || null,
    scanId: headers.ce_scanid || null,
    leaseEpoch: epoch === undefined ? null : BigInt(epoch),
    payloadSha256: required('ce_sha256'),
    traceparent: headers.traceparent || null,
    utcOffsetMinutes: utcOffset === undefined ? INDIA_UTC_OFFSET_MINUTES : Number(utcOffset),
    payload: record.value,
  }
}

const UTC_OFFSET = /^-?[0-9]{1,3}$/
const LEASE_EPOCH = /^[0-9]{1,19}$/
const SHOWN_CHARACTERS_MAX = 64

/** The record is somebody else's, or damaged: reading it again cannot help. The value shown is cut short. */
export class NotAnObservationError extends Error {
  override readonly name = 'NotAnObservationError'
  constructor(header: string, value: string | undefined, needed: string) {
    const shown = value === undefined ? 'absent' : JSON.stringify(value.slice(0, SHOWN_CHARACTERS_MAX))
    super(`not an observation: header ${header} is ${shown}, needed is ${needed}. Something other than Rollcall wrote to this topic.`)
  }
}
