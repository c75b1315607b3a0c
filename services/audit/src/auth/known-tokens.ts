import { tokenHash } from '@rollcall/store/audit/issue-token'

/** More people than ask one service. */
export const KNOWN_TOKENS_MAX = 10_000

/** Tokens of ours that were right when they were last looked up; by their hash, so that none can be read from memory. */
export interface KnownTokens {
  has(token: string): boolean
  note(token: string): void
  forget(token: string): void
}

/** Beyond the bound the one that was right longest ago is forgotten. */
export const createKnownTokens = (): KnownTokens => {
  const known = new Set<string>()
  const keyOf = (token: string): string => tokenHash(token).toString('hex')
  return {
    has: (token) => known.has(keyOf(token)),
    note: (token) => {
      const key = keyOf(token)
      known.delete(key)
      known.add(key)
      if (known.size > KNOWN_TOKENS_MAX) known.delete(known.values().next().value as string)
    },
    forget: (token) => void known.delete(keyOf(token)),
  }
}
