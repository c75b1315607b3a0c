import type { EmptyParts, LedgerCall, LedgerWebhook, SentWebhook, WebhookSurface } from '../calls/ledger-call.ts'
import { secondOf } from '../calls/seconds.ts'
import type { Instant } from '../clock/simulator-clock.ts'
import { istText } from '../ist-text.ts'
import { fieldsOf } from './fields/fields-of.ts'
import { exomlEventSid } from './fields/programme-fields.ts'
import type { FieldValue, WebhookFields } from './fields/webhook-fields.ts'
import { surfaceOf } from './webhook-surface.ts'

/** One webhook as it goes over the wire. A second copy is byte for byte the same. */
export interface WebhookRequest {
  readonly method: 'GET' | 'POST'
  readonly surface: WebhookSurface
  /** Without `?`; empty for a POST. */
  readonly query: string
  readonly contentType: string | null
  readonly body: string | null
  readonly headers: Readonly<Record<string, string>>
}

export interface WebhookAttempt {
  /** From 1. */
  readonly number: number
  /** What a retry gives as its DateUpdated; null: as the first did. */
  readonly retoldAt: Instant | null
}
const FIRST: WebhookAttempt = { number: 1, retoldAt: null }

/** How a body is written, apart from what it says. */
export interface Writing {
  readonly emptyParts: EmptyParts
  /** Of multipart. */
  readonly boundary: string
}

/** The webhook of a call. */
export const webhookRequest = (call: LedgerCall, webhook: LedgerWebhook, { number, retoldAt }: WebhookAttempt = FIRST): WebhookRequest => {
  const { style } = call
  const told = fieldsOf(call, webhook)
  const fields = retoldAt === null || !('DateUpdated' in told) ? told : { ...told, DateUpdated: istText(secondOf(retoldAt), style.utcOffsetMinutes) }
  const written = writeRequest(webhook, fields, { emptyParts: style.emptyParts, boundary: boundaryOf(call) })
  if (written.surface !== 'exoml') return written
  const sid = exomlEventSid(call, webhook)
  return { ...written, headers: { 'user-agent': 'Exotel-Hermix', 'x-exotel-event-sid': sid, 'x-exotel-request-id': `${sid}-${number}` } }
}

/** Puts fields on the wire as the webhook is encoded, with the faults that lie in the encoding. */
export const writeRequest = (
  { event, encoding, faults }: Pick<SentWebhook, 'event' | 'encoding' | 'faults'>,
  fields: WebhookFields,
  { emptyParts, boundary }: Writing,
): WebhookRequest => {
  const surface = surfaceOf(event)
  const post = (contentType: string, text: string): WebhookRequest => {
    const body = faults.includes('empty-body') ? '' : faults.includes('truncated') ? text.slice(0, Math.floor(text.length * TRUNCATED_AT)) : text
    return { method: 'POST', surface, query: '', contentType, body, headers: {} }
  }
  const pairs = () => flat(fields, { emptyParts, legsFrom: faults.includes('legs-from-one') ? 1 : 0 })
  switch (encoding) {
    case 'json':
      return post('application/json', JSON.stringify(fields))
    case 'urlencoded':
      return post('application/x-www-form-urlencoded', new URLSearchParams(pairs()).toString())
    case 'multipart':
      return post(`multipart/form-data; boundary=${boundary}`, multipart(pairs(), boundary.replaceAll('"', '')))
    case 'query':
      return { method: 'GET', surface, query: faults.includes('empty-body') ? '' : new URLSearchParams(pairs()).toString(), contentType: null, body: null, headers: {} }
    default:
      return encoding satisfies never
  }
}

/** Where a broken body ends: after its CallSid, before its end. */
const TRUNCATED_AT = 0.6

/** The names of what forms cannot nest: `Legs[0][Status]`. */
const flat = (fields: WebhookFields, how: { readonly emptyParts: EmptyParts; readonly legsFrom: number }): [string, string][] => {
  const pairsOf = (name: string, value: FieldValue): [string, string][] => {
    if (Array.isArray(value)) return value.flatMap((inner: WebhookFields | string, index) => pairsOf(`${name}[${index + how.legsFrom}]`, inner))
    if (typeof value === 'object' && value !== null) return inside(name, value as WebhookFields)
    if (value !== null && value !== '') return [[name, String(value)]]
    return { empty: [[name, '']] as [string, string][], null: [[name, 'null']] as [string, string][], absent: [] }[how.emptyParts]
  }
  const inside = (name: string, inner: WebhookFields) => Object.entries(inner).flatMap(([key, value]) => pairsOf(`${name}[${key}]`, value))
  return Object.entries(fields).flatMap(([name, value]) => pairsOf(name, value))
}

const boundaryOf = ({ callSid, style }: LedgerCall): string => {
  const mark = callSid.slice(0, 16)
  switch (style.boundary) {
    case 'dashes':
      return `------------------------${mark}`
    case 'webkit':
      return `----WebKitFormBoundary${mark}`
    case 'quoted':
      return `"exotel boundary ${mark}"`
    default:
      return style.boundary satisfies never
  }
}

const multipart = (pairs: readonly [string, string][], boundary: string): string =>
  `${pairs.map(([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`).join('')}--${boundary}--\r\n`
