import { hash } from 'node:crypto'
import type { Observation } from '@rollcall/contracts/observation'
import type { PlannedWebhook } from '../load/plan-webhooks.ts'

/** A webhook of the load as ingest keeps it. */
export const observed = ({ callSid, request }: PlannedWebhook, receivedAt: number): Observation => ({
  id: `id-${receivedAt}`,
  account: 'chaos',
  surface: request.surface,
  callSid,
  receivedAt,
  source: '/rollcall/ingest/test/0',
  method: request.method,
  query: request.query === '' ? null : request.query,
  contentType: request.contentType,
  scanId: null,
  leaseEpoch: null,
  payloadSha256: hash('sha256', request.body ?? ''),
  traceparent: null,
  utcOffsetMinutes: 330,
  payload: Buffer.from(request.body ?? ''),
})
