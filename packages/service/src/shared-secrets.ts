import type { Account } from './read-accounts.ts'

/** One sentence for each two accounts with a webhook secret in common: whoever knows it can write in the name of both. Shows no secret. Pure. */
export const sharedSecrets = (accounts: readonly Pick<Account, 'sid' | 'webhookSecrets'>[]): readonly string[] => {
  const owner = new Map<string, string>()
  const told = new Set<string>()
  for (const { sid, webhookSecrets } of accounts)
    for (const secret of webhookSecrets) {
      const other = owner.get(secret)
      if (other === undefined) owner.set(secret, sid)
      else if (other !== sid) told.add(`accounts ${other} and ${sid} have a webhook secret in common; needed is one of its own for each. Make one with: openssl rand -hex 32`)
    }
  return [...told]
}
