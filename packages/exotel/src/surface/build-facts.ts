import type { Observation } from '@rollcall/contracts/observation'
import type { CallFacts, Field, Source } from '@rollcall/domain/call/fact'
import type { Instant } from '@rollcall/domain/time'
import { UnreadableError } from '../unreadable-error.ts'

/** What every surface says beside its values. */
export interface Said {
  readonly callSid: string | undefined
  /** The field that names the call on this surface, for the reason when it is not there. */
  readonly callSidField: 'CallSid' | 'Sid'
  readonly accountSid: string | undefined
  readonly source: Source
  readonly vendorTime: Instant | undefined
  readonly event: string | null
  readonly values: Readonly<Record<Field, string | undefined> | Partial<Record<Field, string | undefined>>>
}

/** Facts of one call, without the values that say nothing. Throws UnreadableError where no call is named, or one of another account. */
export const buildFacts = (observation: Pick<Observation, 'account' | 'receivedAt'>, said: Said): CallFacts => {
  const { callSid, source, event } = said
  if (callSid === undefined) throw new UnreadableError(`${said.callSidField} is missing`)
  if (said.accountSid !== undefined && said.accountSid !== observation.account) throw new UnreadableError(`AccountSid names another account than ${observation.account}`)
  const values: Partial<Record<Field, string>> = {}
  for (const [field, value] of Object.entries(said.values)) if (value !== undefined) values[field as Field] = value
  return { account: observation.account, callSid, source, receivedAt: observation.receivedAt, vendorTime: said.vendorTime ?? null, event, values }
}
