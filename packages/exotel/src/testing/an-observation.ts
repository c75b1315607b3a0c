import { INDIA_UTC_OFFSET_MINUTES, type Observation } from '@rollcall/contracts/observation'

/** An observation of account `acme`; a test names what matters to it. */
export const anObservation = (of: Partial<Omit<Observation, 'payload'>> & { readonly payload?: string | Uint8Array }): Observation => ({
  id: '01890a5d-ac96-774b-bcce-b302099a8057',
  account: 'acme',
  surface: 'status-callback',
  callSid: null,
  receivedAt: Date.UTC(2026, 10, 24),
  source: '/rollcall/ingest/test/0',
  method: 'POST',
  query: null,
  contentType: null,
  scanId: null,
  leaseEpoch: null,
  payloadSha256: '',
  traceparent: null,
  utcOffsetMinutes: INDIA_UTC_OFFSET_MINUTES,
  ...of,
  payload: typeof of.payload === 'string' ? Buffer.from(of.payload) : (of.payload ?? new Uint8Array()),
})
