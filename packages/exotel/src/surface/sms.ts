import { z } from 'zod'
import { UnreadableError } from '../unreadable-error.ts'
import { enumeration, same, UNKNOWN } from '../words/enumeration.ts'
import { Opaque, Seconds, Sid, Text, Time } from '../words/vendor-field.ts'
import { instantOrNull } from '../words/vendor-time.ts'
import type { Parameters } from './call-surface.ts'
import type { SmsStatus } from './notice.ts'
import { parseWith } from './parse-with.ts'
import { type ReadException, unknownValue, unreadableValue } from './read-exception.ts'
import { requestParameter } from './request-parameter.ts'

/** Contract §11: the form of the API pages, the JSON of another, the names of a third, and the message as the API answers it. */
const Sms = z.object({
  SmsSid: Sid,
  Sid,
  Status: Text,
  SmsUnits: Seconds,
  DetailedStatus: Text,
  DetailedStatusCode: Text,
  ExoStatusCode: Text,
  DateSent: Time,
  SentAt: Time,
  DateUpdated: Time,
  UpdatedAt: Time,
  CustomField: Opaque,
  ExternalRef: Opaque,
})

const VITAL: ReadonlySet<string> = new Set(['SmsSid', 'Sid'])

const STATUSES = new Map([
  ...same('queued', 'sending', 'submitted', 'sent', 'delivered', 'failed', 'failed-dnd'),
  ['failed_dnd', 'failed-dnd'] as const,
  // One page puts the detailed word into Status; these are the statuses that were captured beside them.
  ['delivered_to_handset', 'sent'] as const,
  ['pending_to_operator', 'queued'] as const,
])
const readStatus = enumeration(STATUSES)

/** A word such as DELIVERED_TO_HANDSET, which only the detailed status has. */
const DETAILED = /^[A-Z]+(_[A-Z]+)+$/

/** What became of an SMS that the customer sent. Throws UnreadableError. */
export const readSms = (parameters: Parameters, utcOffsetMinutes: number): { readonly notice: SmsStatus; readonly exceptions: readonly ReadException[] } => {
  const wrapped = typeof parameters.SMSMessage === 'object' && parameters.SMSMessage !== null
  const [message, prefix] = wrapped ? [parameters.SMSMessage, ['SMSMessage']] : [parameters, []]
  const { said, faults } = parseWith(Sms, message, VITAL)
  const smsSid = said.SmsSid ?? (wrapped ? said.Sid : undefined)
  if (smsSid === undefined) throw new UnreadableError('SmsSid is missing')
  const status = said.Status === undefined ? null : readStatus(said.Status)
  const detailed = said.DetailedStatus ?? (said.Status !== undefined && DETAILED.test(said.Status) ? said.Status : undefined)
  return {
    notice: {
      kind: 'sms',
      smsSid,
      status,
      units: said.SmsUnits === undefined ? null : Number(said.SmsUnits),
      detailedStatus: detailed?.toLowerCase() ?? null,
      detailedStatusCode: said.DetailedStatusCode ?? said.ExoStatusCode ?? null,
      sentAt: instantOrNull(said.DateSent ?? said.SentAt, utcOffsetMinutes),
      updatedAt: instantOrNull(said.DateUpdated ?? said.UpdatedAt, utcOffsetMinutes),
      customField: said.CustomField ?? said.ExternalRef ?? null,
    },
    exceptions: [
      ...faults.map(({ path }) => unreadableValue(requestParameter(message, prefix, path))),
      ...(status === UNKNOWN ? [unknownValue(requestParameter(message, prefix, ['Status']))] : []),
    ],
  }
}
