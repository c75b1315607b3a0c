import type { RefusalReason } from '@rollcall/contracts/ingest-status'
import type { Gate } from './gate.ts'
import { type HookPath, parseHookPath } from './parse-hook-path.ts'

/** Most callbacks have about 1 kB; one with 50 legs stays under 64 KiB. */
export const BODY_BYTES_MAX = 256 * 1024

export type Decision =
  | { readonly kind: 'accept'; readonly path: HookPath }
  /** `account` is null where it is not one of ours: what a stranger writes never becomes a label. */
  | { readonly kind: 'refuse'; readonly status: 400 | 404 | 413 | 415; readonly reason: RefusalReason; readonly account: string | null }

export interface DeliveryHead {
  readonly url: string
  /** Where it came from. */
  readonly source: () => string
  readonly contentEncoding: string | undefined
  readonly transferEncoding: string | undefined
  /** As declared; undefined for a chunked body or none. */
  readonly contentLength: string | undefined
}

/** What to do with a delivery before its body is read. A wrong secret, a wrong account and a wrong network look the same from outside. Pure. */
export const decideDelivery = (head: DeliveryHead, gate: Pick<Gate, 'authenticate' | 'allows'>): Decision => {
  const path = parseHookPath(head.url)
  if (path === null) return { kind: 'refuse', status: 404, reason: 'unknown-path', account: null }
  const { account } = path
  const authentication = gate.authenticate(account, path.secret)
  switch (authentication) {
    case 'unknown-account':
      return { kind: 'refuse', status: 404, reason: 'unknown-account', account: null }
    case 'wrong-secret':
      return { kind: 'refuse', status: 404, reason: 'wrong-secret', account }
    case 'valid':
      break
    default:
      authentication satisfies never
  }
  if (!gate.allows(account, head.source)) return { kind: 'refuse', status: 404, reason: 'wrong-network', account }
  if (isEncoded(head.contentEncoding, 'identity') || isEncoded(head.transferEncoding, 'chunked')) return { kind: 'refuse', status: 415, reason: 'content-encoding', account }
  if (Number(head.contentLength ?? 0) > BODY_BYTES_MAX) return { kind: 'refuse', status: 413, reason: 'too-large', account }
  return { kind: 'accept', path }
}

/** A body that would have to be decoded could be a bomb, and would not be the bytes that were sent. */
const isEncoded = (encoding: string | undefined, plain: string): boolean => encoding !== undefined && encoding !== '' && encoding.toLowerCase() !== plain
