import { hash } from 'node:crypto'

/** What tells one webhook from all others, on either side of Rollcall: the bytes of which it consists. */
export const webhookIdentity = ({ method, query, body }: { readonly method: string; readonly query: string; readonly body: Uint8Array | string }): string =>
  hash('sha256', Buffer.concat([Buffer.from(`${method}\n${query}\n`), Buffer.from(body)]))
