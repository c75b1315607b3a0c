import { z } from 'zod'
import { CALL_KINDS } from './calls/call-kind.ts'

/** Exotel's TimeLimit: no call is longer (contract: "TimeLimit, seconds, max 14400"). */
const CALL_SECONDS_MAX = 14_400
const LAG_SECONDS_MAX = 86_400

const share = z.number().min(0).max(1)
const lag = z
  .strictObject({ min: z.number().min(0).max(LAG_SECONDS_MAX), max: z.number().min(0).max(LAG_SECONDS_MAX) })
  .refine(({ min, max }) => min <= max, { error: 'min is above max' })
const weights = <const Keys extends readonly [string, ...string[]]>(keys: Keys) =>
  z
    .partialRecord(z.enum(keys), z.number().min(0))
    .transform((given) => Object.fromEntries(keys.map((key) => [key, (given as Record<string, number | undefined>)[key] ?? 0])) as Record<Keys[number], number>)
    .refine((all) => Object.values<number>(all).some((weight) => weight > 0), { error: 'at least one weight must be above 0' })

/** Which calls are made and how the API shows them. All times are in seconds of the simulator's clock. */
export const TrafficPlan = z.strictObject({
  callsPerSecond: z.number().positive().max(10_000).default(2),
  /** How many calls in all; null: without end. */
  calls: z.int().positive().nullable().default(null),
  /** From creation to hang-up; exponential around the mean, cut at max. */
  callSeconds: z.strictObject({ mean: z.number().positive(), max: z.int().positive().max(CALL_SECONDS_MAX) }).default({ mean: 45, max: 600 }),
  /** Weights; a kind that is not named gets none. */
  kinds: weights(CALL_KINDS).prefault({ 'outbound-extended': 40, 'outbound-flow': 15, 'inbound-passthru': 30, 'inbound-silent': 5, dashboard: 5, campaign: 5 }),
  /** How many of the outbound-extended calls also asked for `answered` events. */
  answeredEventsShare: share.default(0.5),
  encodings: weights(['json', 'urlencoded', 'multipart']).prefault({ json: 1, urlencoded: 1, multipart: 2 }),
  /** Real rows differ: `Duration` 17 or "17", an unknown `EndTime` null or "". Mixed: each call has its own style and keeps it. */
  rows: z.strictObject({ numbers: z.enum(['number', 'string', 'mixed']).default('mixed'), nulls: z.enum(['null', 'empty', 'mixed']).default('mixed') }).prefault({}),
  /** From hang-up until the row has EndTime, Duration, Price and Details; until then only Status is terminal. */
  finalisationLagSeconds: lag.default({ min: 0, max: 20 }),
  /** From hang-up until the row has its RecordingUrl. */
  recordingLagSeconds: lag.default({ min: 5, max: 60 }),
  /** From hang-up until the list shows the call at all. */
  listLagSeconds: lag.default({ min: 0, max: 10 }),
})
export type TrafficPlan = z.output<typeof TrafficPlan>
