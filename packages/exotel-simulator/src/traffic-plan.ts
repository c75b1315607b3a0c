import { z } from 'zod'
import { CALL_KINDS } from './calls/call-kind.ts'
import { Lag } from './lag.ts'

/** Exotel's TimeLimit: no call is longer (contract: "TimeLimit, seconds, max 14400"). */
export const CALL_SECONDS_MAX = 14_400
const PASSTHRUS_MAX = 5
const AGENTS_MAX = 5

const share = z.number().min(0).max(1)
const weights = <const Keys extends readonly [string, ...string[]]>(keys: Keys) =>
  z
    .partialRecord(z.enum(keys), z.number().min(0))
    .transform((given) => Object.fromEntries(keys.map((key) => [key, (given as Record<string, number | undefined>)[key] ?? 0])) as Record<Keys[number], number>)
    .refine((all) => Object.values<number>(all).some((weight) => weight > 0), { error: 'at least one weight must be above 0' })

/** Which calls are made and how the API shows them. All times are in seconds of the simulator's clock. */
export const TrafficPlan = z.strictObject({
  callsPerSecond: z.number().positive().max(10_000).default(2).describe('Calls come at random (Poisson) at this rate.'),
  calls: z.int().min(0).nullable().default(null).describe('How many calls in all, transfers included; null: without end.'),
  callSeconds: z
    .strictObject({ mean: z.number().positive(), max: z.int().positive().max(CALL_SECONDS_MAX) })
    .default({ mean: 45, max: 600 })
    .describe('From creation to hang-up; exponential around the mean, cut at max.'),
  longCalls: z
    .strictObject({
      share: share.default(0),
      minSeconds: z.int().positive().max(CALL_SECONDS_MAX).default(3_600),
      maxSeconds: z.int().positive().max(CALL_SECONDS_MAX).default(CALL_SECONDS_MAX),
    })
    .refine(({ minSeconds, maxSeconds }) => minSeconds <= maxSeconds, { error: 'minSeconds is above maxSeconds' })
    .prefault({})
    .describe('This share of calls lasts between the two instead, up to four hours.'),
  kinds: weights(CALL_KINDS)
    .prefault({ 'outbound-extended': 40, 'outbound-flow': 15, 'inbound-passthru': 30, 'inbound-silent': 5, dashboard: 5, campaign: 5 })
    .describe('The call mix, as weights; a kind that is not named gets none.'),
  answeredEventsShare: share.default(0.5).describe('How many of the outbound-extended calls also asked for `answered` events.'),
  encodings: weights(['json', 'urlencoded', 'multipart']).prefault({ json: 1, urlencoded: 1, multipart: 2 }).describe('How StatusCallbacks are encoded, as weights.'),
  passthrus: z.int().min(2).max(PASSTHRUS_MAX).default(3).describe('How many Passthrus the flow of inbound-several has.'),
  agents: z.int().min(1).max(AGENTS_MAX).default(3).describe('How many agents Connect tries at most.'),
  popupEvents: z.enum(['dial-terminal', 'all']).default('all').describe('Ringing and Answered are sent only where Exotel enabled them.'),
  campaignCallbacks: z.boolean().default(false).describe('Campaigns post a call_status_callback for each call.'),
  rows: z
    .strictObject({ numbers: z.enum(['number', 'string', 'mixed']).default('mixed'), nulls: z.enum(['null', 'empty', 'mixed']).default('mixed') })
    .prefault({})
    .describe('`Duration` 17 or "17", an unknown `EndTime` null or "". Mixed: each call has its own style and keeps it.'),
  finalisationLagSeconds: Lag.prefault({ min: 0, max: 20 }).describe('From hang-up until the row has EndTime, Duration, Price and Details; until then only Status is terminal.'),
  recordingLagSeconds: Lag.prefault({ min: 5, max: 60 }).describe('From hang-up until the row has its RecordingUrl.'),
  lateRecordings: z
    .strictObject({ share: share.default(0), lagSeconds: Lag.prefault({ min: 3_600, max: 7_200 }) })
    .prefault({})
    .describe('This share of the recordings comes so much later.'),
  listLagSeconds: Lag.prefault({ min: 0, max: 10 }).describe('From hang-up until the list shows the call at all.'),
  undialledListed: z.boolean().default(true).describe('Whether the list shows calls that were accepted and never dialled.'),
  v3Listed: z.boolean().default(true).describe('Whether the v1 list shows calls made by voice v3.'),
  changes: z
    .strictObject({
      rate: share.default(0),
      afterSeconds: Lag.prefault({ min: 60, max: 3_600 }),
      fields: z
        .array(z.enum(['price', 'status', 'durationSeconds', 'recordingUrl']))
        .min(1)
        .default(['price']),
    })
    .prefault({})
    .describe('This share of the rows changes one of the fields once more, so long after it was final.'),
  vanishing: z
    .strictObject({ rate: share.default(0), afterSeconds: Lag.prefault({ min: 60, max: 3_600 }), forSeconds: Lag.prefault({ min: 60, max: 600 }) })
    .prefault({})
    .describe('This share of the rows disappears from list and lookup so long after hang-up, and returns.'),
})
export type TrafficPlan = z.output<typeof TrafficPlan>
