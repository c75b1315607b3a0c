import { hash } from 'node:crypto'
import type { Observation } from '@rollcall/contracts/observation'
import { peekDelivery } from '@rollcall/exotel/peek-delivery'
import type { HookPath } from './http/parse-hook-path.ts'

export interface Delivery {
  readonly path: HookPath
  readonly method: string
  readonly contentType: string | null
  readonly body: Buffer
  /** UUIDv7. */
  readonly id: string
  /** Epoch milliseconds. */
  readonly receivedAt: number
  readonly source: string
  readonly traceparent: string | null
  readonly utcOffsetMinutes: number
}

/** The observation that a delivery is: its bytes verbatim, and what the log needs to know of it. Nothing is parsed and nothing can fail. Pure. */
export const buildObservation = ({ path, method, contentType, body, id, receivedAt, source, traceparent, utcOffsetMinutes }: Delivery): Observation => {
  const { account, query } = path
  const { surface, callSid } = peekDelivery({ method, query, contentType, body, surface: path.surface })
  return {
    id,
    account,
    surface,
    callSid,
    receivedAt,
    source,
    method,
    query,
    contentType,
    scanId: null,
    leaseEpoch: null,
    payloadSha256: hash('sha256', body),
    traceparent,
    utcOffsetMinutes,
    payload: body,
  }
}
