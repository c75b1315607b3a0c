import type { RowObject } from '../api/call-row.ts'
import type { Instant } from '../clock/simulator-clock.ts'
import { istText } from '../ist-text.ts'
import type { WebhookFields } from '../webhooks/fields/webhook-fields.ts'
import type { LedgerSms } from './ledger-notice.ts'
import type { NoticePlan } from './notice-plan.ts'

/** The callback, in one of the three ways that pages show it. */
export const smsFields = (sms: LedgerSms, shape: NoticePlan['sms']['shape'], utcOffsetMinutes: number): WebhookFields => {
  const at = istText(sms.settledAt, utcOffsetMinutes)
  switch (shape) {
    case 'form':
      return {
        SmsSid: sms.smsSid,
        To: sms.to,
        Status: sms.status,
        SmsUnits: sms.units,
        DetailedStatus: sms.detailedStatus,
        DetailedStatusCode: sms.detailedStatusCode,
        DateSent: at,
        ...(sms.customField === null ? {} : { CustomField: sms.customField }),
      }
    case 'json':
      return { SmsSid: sms.smsSid, To: sms.to, From: sms.from, Status: sms.detailedStatus, ExoStatusCode: sms.detailedStatusCode, DateUpdated: at }
    case 'older':
      return { SmsSid: sms.smsSid, Status: sms.status, DateUpdated: at }
    default:
      return shape satisfies never
  }
}

/** What the API answers about the message at `now`: queued until its end is reached. */
export const smsRow = (sms: LedgerSms, account: string, now: Instant): RowObject => {
  const over = now >= sms.settledAt
  return {
    AccountSid: account,
    ApiVersion: null,
    Body: 'simulated',
    DateCreated: istText(sms.createdAt),
    DateSent: over ? istText(sms.settledAt) : null,
    DateUpdated: istText(over ? sms.settledAt : sms.createdAt),
    DetailedStatus: over ? sms.detailedStatus : 'PENDING_TO_OPERATOR',
    DetailedStatusCode: over ? sms.detailedStatusCode : 21_010,
    Direction: 'outbound-api',
    From: sms.from,
    Price: over ? sms.price : null,
    Sid: sms.smsSid,
    Status: over ? sms.status.replace('_', '-') : 'queued',
    To: sms.to,
    Uri: `/v1/Accounts/${account}/SMS/Messages/${sms.smsSid}.json`,
  }
}
