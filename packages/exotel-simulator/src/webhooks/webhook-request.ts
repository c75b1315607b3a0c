import type { LedgerCall, LedgerWebhook } from '../calls/ledger-call.ts'
import { type WebhookFields, webhookFields } from './webhook-fields.ts'

/** One webhook as it goes over the wire. A second copy or a retry is byte for byte the same. */
export interface WebhookRequest {
  readonly method: 'GET' | 'POST'
  readonly surface: 'status-callback' | 'passthru'
  /** Without `?`; empty for a POST. */
  readonly query: string
  readonly contentType: string | null
  readonly body: string | null
}

/** Forms have no nesting: `Legs[0][Status]`. What JSON writes as null is an empty part. */
const flat = (fields: WebhookFields): [string, string][] =>
  Object.entries(fields).flatMap(([name, value]): [string, string][] =>
    typeof value === 'object' && value !== null
      ? value.flatMap((leg, index) => Object.entries(leg).map(([key, inner]): [string, string] => [`${name}[${index}][${key}]`, String(inner ?? '')]))
      : [[name, String(value ?? '')]],
  )

const multipart = (pairs: readonly [string, string][], boundary: string): string =>
  `${pairs.map(([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`).join('')}--${boundary}--\r\n`

export const webhookRequest = (call: LedgerCall, webhook: LedgerWebhook): WebhookRequest => {
  const fields = webhookFields(call, webhook)
  const post = (contentType: string, body: string): WebhookRequest => ({ method: 'POST', surface: 'status-callback', query: '', contentType, body })
  switch (webhook.encoding) {
    case 'json':
      return post('application/json', JSON.stringify(fields))
    case 'urlencoded':
      return post('application/x-www-form-urlencoded', new URLSearchParams(flat(fields)).toString())
    case 'multipart': {
      const boundary = `------------------------${call.callSid.slice(0, 16)}`
      return post(`multipart/form-data; boundary=${boundary}`, multipart(flat(fields), boundary))
    }
    case 'query':
      return { method: 'GET', surface: 'passthru', query: new URLSearchParams(flat(fields)).toString(), contentType: null, body: null }
    default:
      return webhook.encoding satisfies never
  }
}
