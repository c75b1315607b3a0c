import { isDeepStrictEqual } from 'node:util'
import type { Observation } from '@rollcall/contracts/observation'
import { CALL_STATUSES, FIELDS, type Field } from '@rollcall/domain/call/fact'
import { canonicalTime } from '@rollcall/domain/time'
import { explainObservation } from '../../explain-observation.ts'
import { peekDelivery } from '../../peek-delivery.ts'
import { readObservation } from '../../read-observation.ts'
import { EXCEPTION_VALUE_CHARACTERS_MAX } from '../../surface/read-exception.ts'
import type { ReadResult } from '../../surface/read-result.ts'
import { PARAMETERS_MAX } from '../../surface/request-parameter.ts'
import { canonicalDecimal } from '../../words/canonical-decimal.ts'
import { FIELD_CHARACTERS_MAX } from '../../words/vendor-field.ts'

const REASON_CHARACTERS_MAX = 200
const EXCEPTIONS_MAX = 500

const SID = /^[\x21-\x7e]{1,64}$/
const EVENT = /^[a-z0-9-]{1,20}(\/[a-z0-9-]{1,40})?$/
const STORABLE = /^[^\0\p{Surrogate}]+$/u
const WORD = new RegExp(`^[A-Za-z_-]{0,${EXCEPTION_VALUE_CHARACTERS_MAX}}$`)
/** A number of a phone, or a Sid: what no reason may repeat. */
const PERSONAL = /\d{8}/

const CANONICAL: Partial<Record<Field, (value: string) => boolean>> = {
  ...perField(['status', 'leg1Status', 'leg2Status'], (value) => (CALL_STATUSES as readonly string[]).includes(value)),
  ...perField(['createdAt', 'startedAt', 'endedAt'], (value) => canonicalTime(Date.parse(value)) === value),
  ...perField(['durationSeconds', 'conversationSeconds', 'leg1Seconds', 'leg2Seconds'], (value) => canonicalDecimal(value) === value && !value.startsWith('-')),
  ...perField(['price'], (value) => canonicalDecimal(value) === value),
  ...perField(['direction'], (value) => ['inbound', 'outbound-api', 'outbound-dial', 'unknown'].includes(value)),
  ...perField(['parentCallSid'], (value) => SID.test(value)),
}

function perField<T>(fields: readonly Field[], value: T): Partial<Record<Field, T>> {
  return Object.fromEntries(fields.map((field) => [field, value]))
}

/** The reading that is judged: what ingest does before the log, and what the projector does after it. */
export const peekAndRead = (observation: Observation): { readonly peeked: ReturnType<typeof peekDelivery>; readonly result: ReadResult } => {
  const { method, query, contentType, payload } = observation
  return { peeked: peekDelivery({ method: method ?? 'POST', query, contentType, body: payload, surface: null }), result: readObservation(observation) }
}

/** What is wrong with a reading, whatever was read; null where nothing is. */
export const faultOf = ({ peeked, result }: ReturnType<typeof peekAndRead>): string | null => {
  if (peeked.callSid !== null && !SID.test(peeked.callSid)) return 'the peeked Sid is none'
  if (pollution() !== null) return `a prototype was polluted with ${pollution()}`
  if (result.kind === 'unreadable') return faultOfReason(result.reason)
  if (result.exceptions.length > EXCEPTIONS_MAX) return 'there are endless exceptions'
  if (result.exceptions.some(({ value }) => !WORD.test(value))) return 'an exception quotes what is no word'
  if (result.kind === 'no-call') return null
  const { callSid, event, vendorTime, values } = result.facts
  if (!SID.test(callSid)) return 'the Sid is none'
  if (event !== null && !EVENT.test(event)) return 'the event is none'
  if (vendorTime !== null && !Number.isSafeInteger(vendorTime)) return 'the vendor’s time is none'
  for (const [field, value] of Object.entries(values)) {
    if (!(FIELDS as readonly string[]).includes(field)) return `${field} is no field`
    if (typeof value !== 'string' || value.length > FIELD_CHARACTERS_MAX || !STORABLE.test(value)) return `${field} cannot be stored`
    if (CANONICAL[field as Field]?.(value) === false) return `${field} is not canonical`
  }
  return null
}

/** What is wrong with reading again and with explaining; null where nothing is. */
export const faultOfExplanation = (observation: Observation, result: ReadResult): string | null => {
  const explained = explainObservation(observation)
  if (!isDeepStrictEqual(explained.result, result)) return 'it reads otherwise the second time'
  if (explained.parameters.length > PARAMETERS_MAX) return 'it explains endless parameters'
  const values = Object.fromEntries(explained.facts.map(({ field, value }) => [field, value]))
  return result.kind !== 'facts' || isDeepStrictEqual(values, { ...result.facts.values }) ? null : 'it explains other facts than it reads'
}

const faultOfReason = (reason: string): string | null => {
  if (reason.includes('the reader failed')) return reason
  if (reason.length > REASON_CHARACTERS_MAX) return 'its reason is endless'
  return PERSONAL.test(reason) ? 'its reason quotes a number' : null
}

const OWN = new Map([Object.prototype, Array.prototype, String.prototype, Map.prototype].map((prototype) => [prototype, Object.getOwnPropertyNames(prototype).length]))

const pollution = (): string | null => {
  for (const [prototype, count] of OWN) if (Object.getOwnPropertyNames(prototype).length !== count) return Object.keys(prototype).join(', ') || 'something'
  return null
}
