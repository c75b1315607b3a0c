import type { LedgerWebhook, WebhookFault } from '../../calls/ledger-call.ts'
import type { FieldValue, WebhookFields } from './webhook-fields.ts'

type Change = (name: string, text: string) => string
/** Where statuses stand, legs included. */
const STATUS_NAMES: ReadonlySet<string> = new Set(['Status', 'CallStatus', 'DialCallStatus', 'EventType'])
const LISTED_NAMES: ReadonlySet<string> = new Set(['Status', 'EventType', 'To', 'From', 'Direction'])
const RECORDING_NAMES: ReadonlySet<string> = new Set(['RecordingUrl', 'RecordingAvailableBy'])

/** `COMPLETED` of one word, `No-Answer` of two: both were seen. */
const recased = (text: string) => (text.includes('-') ? text.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase()) : text.toUpperCase())

const CHANGES: Partial<Record<WebhookFault, Change>> = {
  'case-changed': (name, text) => (STATUS_NAMES.has(name) ? recased(text) : text),
  'cancelled-spelling': (name, text) => (STATUS_NAMES.has(name) ? text.replace(/(cance)(l)(ed)/i, '$1$2$2$3') : text),
  'list-rendered': (name, text) => (LISTED_NAMES.has(name) && text !== '' ? `['${text}']` : text),
}

const EXTRA: WebhookFields = { ApiVersion: 'v1', UnheardOf: 'simulated', AnotherStatus: 'completed' }

/** Applies the faults that lie in the fields; those of transport are not its business. */
export const distortFields = (fields: WebhookFields, { faults }: Pick<LedgerWebhook, 'faults'>): WebhookFields => {
  const changes = faults.flatMap((fault) => CHANGES[fault] ?? [])
  const changed = changes.length === 0 ? fields : changeTexts(fields, (name, text) => changes.reduce((current, change) => change(name, current), text))
  const told = faults.includes('recording-absent') ? Object.fromEntries(Object.entries(changed).filter(([name]) => !RECORDING_NAMES.has(name))) : changed
  return faults.includes('extra-fields') ? { ...told, ...EXTRA } : told
}

const changeTexts = (fields: WebhookFields, change: Change): WebhookFields =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, changeValue(name, value, change)]))

const changeValue = (name: string, value: FieldValue, change: Change): FieldValue => {
  if (typeof value === 'string') return change(name, value)
  if (typeof value !== 'object' || value === null) return value
  return Array.isArray(value) ? value.map((inner: WebhookFields) => changeTexts(inner, change)) : changeTexts(value as WebhookFields, change)
}
