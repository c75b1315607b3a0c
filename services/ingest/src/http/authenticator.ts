import { hash, timingSafeEqual } from 'node:crypto'

export type Authentication = 'valid' | 'wrong-secret' | 'unknown-account'

const digest = (secret: string): Buffer => hash('sha256', secret, 'buffer')
/** Compared with when there is no such account, so that the answer takes as long. No text has this digest that anyone knows of. */
const NOBODY = Buffer.alloc(32)

/**
 * Whether `secret` is one of the account's live secrets. Digests of one length are compared in constant time, and always two of
 * them, so that the time says neither how much of a secret was right nor whether the account exists.
 */
export const createAuthenticator = (
  accounts: readonly { readonly sid: string; readonly webhookSecrets: readonly string[] }[],
): ((account: string, secret: string) => Authentication) => {
  const live = new Map(accounts.map(({ sid, webhookSecrets: [first = '', second = first] }) => [sid, [digest(first), digest(second)] as const]))
  return (account, secret) => {
    const known = live.get(account)
    const [first, second] = known ?? [NOBODY, NOBODY]
    const presented = digest(secret)
    const matches = Number(timingSafeEqual(presented, first)) | Number(timingSafeEqual(presented, second))
    if (known === undefined) return 'unknown-account'
    return matches === 1 ? 'valid' : 'wrong-secret'
  }
}
