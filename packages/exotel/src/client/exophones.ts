import { z } from 'zod'
import { UnreadableError } from '../unreadable-error.ts'

/** A number of the account. */
export interface ExoPhone {
  /** What heartbeats and the health of a number go by; null where the list does not tell. */
  readonly sid: string | null
  readonly phoneNumber: string
}

/** How Exotel's network reaches a number; `unknown` is a word that is new to us. */
export type Connectivity = 'active' | 'partial-outage' | 'major-outage' | 'unknown'

export interface ExoPhoneHealth {
  readonly incoming: Connectivity
  readonly outgoing: Connectivity
}

/** Contract §1: the items are wrapped, unlike those of the list of calls. */
const ExoPhoneList = z.looseObject({
  IncomingPhoneNumbers: z.array(z.looseObject({ IncomingPhoneNumber: z.looseObject({ PhoneNumber: z.string().min(1), Sid: z.string().nullish().catch(null) }) })),
})

/** Throws UnreadableError. */
export const readExoPhones = (value: unknown): readonly ExoPhone[] => {
  const list = ExoPhoneList.safeParse(value)
  if (!list.success) throw new UnreadableError(`${list.error.issues[0]?.path.join('.') || 'IncomingPhoneNumbers'} is not as expected`)
  return list.data.IncomingPhoneNumbers.map(({ IncomingPhoneNumber: { PhoneNumber, Sid } }) => ({ sid: Sid === '' ? null : (Sid ?? null), phoneNumber: PhoneNumber }))
}

const WORDS: Readonly<Record<string, Connectivity>> = { active: 'active', partial_network_outage: 'partial-outage', major_outage: 'major-outage' }
const Side = z.looseObject({ status: z.string() }).transform(({ status }): Connectivity => WORDS[status.toLowerCase()] ?? 'unknown')
const Health = z.looseObject({ connectivity: z.looseObject({ incoming_call: Side, outgoing_call: Side }) })

/** Contract §10, the alternative to waiting for a heartbeat. What wraps the number is not documented, so `connectivity` is looked for one and two levels down as well. Throws UnreadableError. */
export const readExoPhoneHealth = (value: unknown): ExoPhoneHealth => {
  for (const object of withInner(value, 2)) {
    const health = Health.safeParse(object)
    if (health.success) return { incoming: health.data.connectivity.incoming_call, outgoing: health.data.connectivity.outgoing_call }
  }
  throw new UnreadableError('connectivity is missing')
}

const withInner = (value: unknown, levels: number): readonly object[] =>
  typeof value !== 'object' || value === null ? [] : [value, ...(levels === 0 ? [] : Object.values(value).flatMap((inner) => withInner(inner, levels - 1)))]
