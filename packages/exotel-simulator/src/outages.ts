import { z } from 'zod'
import { SECOND_MS } from './calls/seconds.ts'
import type { Instant } from './clock/simulator-clock.ts'
import { Cluster } from './cluster.ts'

const SECONDS_MAX = 31 * 86_400
const OUTAGES_MAX = 1_000
const span = {
  cluster: Cluster.nullable().default(null).describe('Null: both.'),
  fromSecond: z.number().min(0).max(SECONDS_MAX).default(0).describe('From the start of the play, on the simulator’s clock; for one that is begun live, from now.'),
  forSeconds: z.number().positive().max(SECONDS_MAX),
}

/** A time in which Exotel's API, or its webhooks, fail. */
export const Outage = z.discriminatedUnion('of', [
  z.strictObject({
    of: z.literal('api'),
    ...span,
    as: z.enum(['unavailable', 'reset', 'hang']).default('unavailable').describe('503 with an HTML page, a cut connection, or no answer.'),
  }),
  z.strictObject({ of: z.literal('webhooks'), ...span, as: z.enum(['lost', 'held']).default('lost').describe('Never sent, or sent when it is over.') }),
])
export type Outage = z.output<typeof Outage>
export const OutageList = z.array(Outage).max(OUTAGES_MAX)

type Kind = Outage['of']
/** One outage with its moments, half-open. */
export type ScheduledOutage = { readonly from: Instant; readonly to: Instant; readonly cluster: Cluster | null } & (
  | { readonly of: 'api'; readonly as: 'unavailable' | 'reset' | 'hang' }
  | { readonly of: 'webhooks'; readonly as: 'lost' | 'held' }
)

export interface OutageSchedule {
  /** The one in force; null: all is well. */
  inForce<Of extends Kind>(of: Of, cluster: Cluster, now: Instant): (ScheduledOutage & { readonly of: Of }) | null
  /** Adds one, reckoned from `origin`. */
  add(outage: Outage, origin: Instant): ScheduledOutage
  /** Ends what is in force and drops what is to come. */
  end(now: Instant): void
  all(): readonly ScheduledOutage[]
}

export const createOutageSchedule = (): OutageSchedule => {
  let outages: ScheduledOutage[] = []
  return {
    inForce: <Of extends Kind>(of: Of, cluster: Cluster, now: Instant) =>
      (outages.find((outage) => outage.of === of && (outage.cluster === null || outage.cluster === cluster) && now >= outage.from && now < outage.to) ?? null) as
        | (ScheduledOutage & { readonly of: Of })
        | null,
    add({ fromSecond, forSeconds, ...outage }, origin) {
      const from = origin + fromSecond * SECOND_MS
      const scheduled: ScheduledOutage = { ...outage, from, to: from + forSeconds * SECOND_MS }
      outages = [...outages.slice(1 - OUTAGES_MAX), scheduled]
      return scheduled
    },
    end(now) {
      outages = outages.filter(({ from }) => from <= now).map((outage) => (outage.to > now ? { ...outage, to: now } : outage))
    },
    all: () => outages,
  }
}
