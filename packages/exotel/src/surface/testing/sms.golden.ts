import type { SmsStatus } from '../notice.ts'
import { BODIES, FORMS, type GoldenCase, unknownValue, unreadableValue, without } from './golden-case.ts'

const of = { surface: 'sms', encodings: BODIES } as const
const utc = (text: string) => Date.parse(text)

const SENT = {
  SmsSid: '6dbfdc50133d0e51ec8d793356559868',
  To: '09000000001',
  Status: 'sent',
  SmsUnits: '1',
  DetailedStatus: 'DELIVERED_TO_HANDSET',
  DetailedStatusCode: '20005',
  DateSent: '2017-11-12 00:24:35',
  CustomField: 'abc',
}
const STATUS: SmsStatus = {
  kind: 'sms',
  smsSid: SENT.SmsSid,
  status: 'sent',
  units: 1,
  detailedStatus: 'delivered_to_handset',
  detailedStatusCode: '20005',
  sentAt: utc('2017-11-11T18:54:35Z'),
  updatedAt: null,
  customField: 'abc',
}
const says = (more: Partial<SmsStatus> = {}) => ({ why: 'the status of an SMS', notice: { ...STATUS, ...more } })
const bare = { units: null, detailedStatus: null, detailedStatusCode: null, sentAt: null, customField: null } as const

const MESSAGE = {
  AccountSid: 'acme',
  ApiVersion: null,
  Body: 'test message',
  DateCreated: '2017-11-12 00:24:31',
  DateSent: null,
  DateUpdated: '2017-11-12 00:24:31',
  DetailedStatus: 'PENDING_TO_OPERATOR',
  DetailedStatusCode: 21010,
  Direction: 'outbound-api',
  From: '04000000003/ACME',
  Price: null,
  Sid: SENT.SmsSid,
  Status: 'queued',
  To: '09000000001',
}

/** Contract §11. */
export const SMS: readonly GoldenCase[] = [
  { ...of, origin: 'constructed', variant: 'delivered', sent: SENT, says: says() },
  {
    ...of,
    origin: 'documented',
    variant: 'refused by do-not-disturb, as the callback spells it',
    sent: { ...without(SENT, 'CustomField'), Status: 'failed_dnd' },
    says: says({ status: 'failed-dnd', customField: null }),
  },
  { ...of, origin: 'documented', variant: 'refused by do-not-disturb, as the API spells it', sent: { ...SENT, Status: 'failed-dnd' }, says: says({ status: 'failed-dnd' }) },
  {
    ...of,
    origin: 'documented',
    variant: 'the older three fields',
    sent: { SmsSid: SENT.SmsSid, Status: 'sent', DateUpdated: '2017-11-12 00:24:36' },
    says: says({ ...bare, updatedAt: utc('2017-11-11T18:54:36Z') }),
  },
  {
    ...of,
    origin: 'documented',
    variant: 'the detailed word in Status, as one page has it',
    sent: { SmsSid: SENT.SmsSid, To: '+919000000001', From: 'ACME', Status: 'DELIVERED_TO_HANDSET', ExoStatusCode: 20005, DateUpdated: '2024-01-15 10:35:22' },
    says: says({ ...bare, detailedStatus: 'delivered_to_handset', detailedStatusCode: '20005', updatedAt: utc('2024-01-15T05:05:22Z') }),
  },
  {
    ...of,
    encodings: FORMS,
    origin: 'documented',
    variant: 'other names, times with a zone',
    sent: {
      SmsSid: 'sms_abc123',
      AccountSid: 'acme',
      From: 'ACME',
      To: '+919000000001',
      Status: 'delivered',
      DetailedStatus: 'DELIVERED_TO_HANDSET',
      DetailedStatusCode: '20000',
      SentAt: '2025-01-15T10:30:00+05:30',
      UpdatedAt: '2025-01-15T10:30:05+05:30',
      ExternalRef: 'mine',
    },
    says: says({
      smsSid: 'sms_abc123',
      status: 'delivered',
      units: null,
      detailedStatusCode: '20000',
      sentAt: utc('2025-01-15T05:00:00Z'),
      updatedAt: utc('2025-01-15T05:00:05Z'),
      customField: 'mine',
    }),
  },
  {
    ...of,
    encodings: ['json'],
    origin: 'captured',
    variant: 'a message as the API answers it: just sent',
    sent: { SMSMessage: MESSAGE },
    says: says({ ...bare, status: 'queued', detailedStatus: 'pending_to_operator', detailedStatusCode: '21010', updatedAt: utc('2017-11-11T18:54:31Z') }),
  },
  {
    ...of,
    encodings: ['json'],
    origin: 'captured',
    variant: 'a message as the API answers it: delivered',
    sent: {
      SMSMessage: {
        ...MESSAGE,
        DateSent: '2017-11-12 00:24:35',
        DateUpdated: '2017-11-12 00:24:36',
        DetailedStatus: 'DELIVERED_TO_HANDSET',
        DetailedStatusCode: 20005,
        Price: '0.180000',
        Status: 'sent',
      },
    },
    says: says({ ...bare, detailedStatus: 'delivered_to_handset', detailedStatusCode: '20005', sentAt: STATUS.sentAt, updatedAt: utc('2017-11-11T18:54:36Z') }),
  },
  {
    ...of,
    origin: 'constructed',
    variant: 'a status that is new to us',
    sent: { ...SENT, Status: 'teleported' },
    says: { ...says({ status: 'unknown' }), exceptions: [unknownValue('Status', 'teleported')] },
  },
  {
    ...of,
    encodings: ['json'],
    origin: 'constructed',
    variant: 'a message as the API answers it, with a status that is new to us',
    sent: { SMSMessage: { ...MESSAGE, Status: 'teleported', DateSent: 'today' } },
    says: {
      ...says({ ...bare, status: 'unknown', detailedStatus: 'pending_to_operator', detailedStatusCode: '21010', updatedAt: utc('2017-11-11T18:54:31Z') }),
      exceptions: [unreadableValue('SMSMessage[DateSent]', 'today'), unknownValue('SMSMessage[Status]', 'teleported')],
    },
  },
  {
    ...of,
    origin: 'constructed',
    variant: 'the detailed word of a message on its way in Status',
    sent: { SmsSid: SENT.SmsSid, Status: 'PENDING_TO_OPERATOR' },
    says: says({ ...bare, status: 'queued', detailedStatus: 'pending_to_operator' }),
  },
  {
    ...of,
    origin: 'constructed',
    variant: 'units and a time that are none',
    sent: { ...SENT, SmsUnits: 'one', DateSent: 'today' },
    says: { ...says({ units: null, sentAt: null }), exceptions: [unreadableValue('SmsUnits', 'one'), unreadableValue('DateSent', 'today')] },
  },
  {
    ...of,
    encodings: FORMS,
    origin: 'documented',
    variant: 'a customer’s reply: not what became of a message, and its text is nobody’s here',
    sent: { SmsSid: 'inb_xyz789', AccountSid: 'acme', From: '+919000000001', To: '+914000000003', Body: 'YES', DateCreated: '2025-01-15T10:35:00+05:30' },
    says: { why: 'an SMS that came in', notice: null },
  },
]
