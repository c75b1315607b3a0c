import { INDIA_UTC_OFFSET_MINUTES } from '@rollcall/contracts/observation'
import { type Authentication, createAuthenticator } from './authenticator.ts'
import { createNetworks } from './networks.ts'

/** Whom ingest lets in, and how it answers them. Made anew, as a whole, whenever the accounts file changes. */
export interface Gate {
  authenticate(account: string, secret: string): Authentication
  /** Whether the account's webhooks may come from where this one came from; asked for only where it matters, since finding it takes longer than all the rest. */
  allows(account: string, source: () => string): boolean
  /** What a Passthru of the account is answered. */
  passthruAnswer(account: string): 200 | 302
  /** The zone of the account's times without one, in minutes east of UTC. */
  utcOffsetMinutes(account: string): number
}

export interface GatedAccount {
  readonly sid: string
  readonly webhookSecrets: readonly string[]
  readonly allowedNetworks?: readonly string[] | undefined
  readonly passthruAnswer: 200 | 302
  readonly utcOffsetMinutes: number
}

export const createGate = (accounts: readonly GatedAccount[]): Gate => {
  const networks = new Map(accounts.flatMap(({ sid, allowedNetworks }) => (allowedNetworks === undefined ? [] : [[sid, createNetworks(allowedNetworks)] as const])))
  const offsets = new Map(accounts.map(({ sid, utcOffsetMinutes }) => [sid, utcOffsetMinutes]))
  const answers = new Map(accounts.map(({ sid, passthruAnswer }) => [sid, passthruAnswer]))
  return {
    authenticate: createAuthenticator(accounts),
    allows: (account, source) => networks.get(account)?.(source()) ?? true,
    passthruAnswer: (account) => answers.get(account) ?? 200,
    utcOffsetMinutes: (account) => offsets.get(account) ?? INDIA_UTC_OFFSET_MINUTES,
  }
}
