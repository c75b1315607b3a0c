import type { RefusalReason } from '@rollcall/contracts/ingest-status'
import type { Authentication } from './authenticator.ts'
import { type HookPath, parseHookPath } from './parse-hook-path.ts'

/** Most callbacks have about 1 kB; one with 50 legs stays under 64 KiB. */
export const BODY_BYTES_MAX = 256 * 1024

export type Decision =
  | { readonly kind: 'accept'; readonly path: HookPath }
  /** `account` is null where it is not one of ours: what a stranger writes never becomes a label. */
  | { readonly kind: 'refuse'; readonly status: 404 | 413 | 415; readonly reason: RefusalReason; readonly account: string | null }

export interface DeliveryHead {
  readonly url: string
  readonly contentEncoding: string | undefined
  /** As declared; undefined for a chunked body or none. */
  readonly contentLength: string | undefined
}

/** What to do with a delivery before its body is read. A wrong secret and a wrong account look the same from outside. Pure. */
export const decideDelivery = (head: DeliveryHead, authenticate: (account: string, secret: string) => Authentication): Decision => {
  const path = parseHookPath(head.url)
  if (path === null) return { kind: 'refuse', status: 404, reason: 'unknown-path', account: null }
  const authentication = authenticate(path.account, path.secret)
  switch (authentication) {
    case 'unknown-account':
      return { kind: 'refuse', status: 404, reason: 'unknown-account', account: null }
    case 'wrong-secret':
      return { kind: 'refuse', status: 404, reason: 'wrong-secret', account: path.account }
    case 'valid':
      break
    default:
      authentication satisfies never
  }
  const { contentEncoding } = head
  if (contentEncoding !== undefined && contentEncoding !== '' && contentEncoding.toLowerCase() !== 'identity')
    return { kind: 'refuse', status: 415, reason: 'content-encoding', account: path.account }
  if (Number(head.contentLength ?? 0) > BODY_BYTES_MAX) return { kind: 'refuse', status: 413, reason: 'too-large', account: path.account }
  return { kind: 'accept', path }
}
