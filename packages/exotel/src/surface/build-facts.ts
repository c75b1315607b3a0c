import type { Observation } from '@rollcall/contracts/observation'
import type { CallFacts, Field, Source } from '@rollcall/domain/call/fact'
import type { Instant } from '@rollcall/domain/time'
import { UnreadableError } from '../unreadable-error.ts'

/** What every surface says beside its values. */
export interface Said {
  readonly callSid: string | undefined
  /** The parameter that names the call on this surface, for the reason when it is not there. */
  readonly callSidName: string
  readonly accountSid: string | undefined
  readonly source: Source
  readonly vendorTime: Instant | undefined
  readonly event: string | null
  readonly values: Readonly<Partial<Record<Field, string>>>
}

/** Facts of one call. Throws UnreadableError where no call is named, or one of another account. */
export const buildFacts = (observation: Pick<Observation, 'account' | 'receivedAt'>, said: Said): CallFacts => {
  const { callSid, accountSid, source, event, values } = said
  if (callSid === undefined) throw new UnreadableError(`${said.callSidName} is missing`)
  if (accountSid !== undefined && accountSid !== observation.account) throw new UnreadableError(`AccountSid names another account than ${observation.account}`)
  return { account: observation.account, callSid, source, receivedAt: observation.receivedAt, vendorTime: said.vendorTime ?? null, event, values }
}
