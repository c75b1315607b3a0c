import { z } from 'zod'
import { Count, Day, Span, Time } from './words.ts'

/**
 * The three measures (docs/measures.md), which stay apart: none is a part of another, and there is no number that blends them.
 * A share is for the reader to compute, rounded down: 100 % is said of all, and of nothing less.
 */

export const WINDOW_STATES = ['open', 'settling', 'provisional', 'final', 'amended', 'gap'] as const
export const WindowStateName = z.enum(WINDOW_STATES)
export type WindowStateName = z.infer<typeof WindowStateName>

/** The windows of one state, and their calls. */
export const StateCompleteness = z.strictObject({
  windows: Count,
  /** Calls that Exotel listed when the windows were last read whole. */
  listed: Count,
  /** Of those, read back as they were listed and held: verified and exact. */
  exact: Count,
  /** Verified calls that no list ever showed. They are beside `listed`. */
  unlisted: Count,
  /** Calls that only webhooks told of. They count nowhere. */
  claims: Count,
})
export type StateCompleteness = z.infer<typeof StateCompleteness>

/** Do we hold what Exotel has? Proven of closed windows (final, amended) alone. */
export const Completeness = z.strictObject({
  windowsExpected: Count,
  closed: StateCompleteness,
  /** By state; a state without a window is absent. Windows in no state were never taken on: `windowsExpected` less all of these. */
  byState: z.partialRecord(WindowStateName, StateCompleteness),
  /** `complete`: every window closed, every listed call held. `incomplete`: a closed window lacks a call. `unproven`: neither; some windows are not closed (a gap never will be). */
  answer: z.enum(['complete', 'incomplete', 'unproven']),
})
export type Completeness = z.infer<typeof Completeness>

/** How soon facts of one kind were durable. Seconds; null where there is no fact. */
export const Delays = z.strictObject({
  facts: Count,
  withinObjective: Count,
  withinRpo: Count,
  p50Seconds: z.number().nullable(),
  p99Seconds: z.number().nullable(),
  maxSeconds: z.number().nullable(),
})
export type Delays = z.infer<typeof Delays>

/** When was it durable? `…By`: the same by how it came: webhook, lookup, chase, or a lane. */
export const Timeliness = z.strictObject({
  /** From a call's end until its end was held. */
  ended: Delays,
  endedBy: z.record(z.string(), Delays),
  endUnknown: Count,
  /** From when the API last showed the call without its recording until the reference was held. */
  recorded: Delays,
  recordedBy: z.record(z.string(), Delays),
  recordingsAwaited: Count,
  /** What the counts are held against, in seconds. */
  objectives: z.strictObject({
    ended: z.strictObject({ withinSeconds: z.number(), neverAboveSeconds: z.number() }),
    recorded: z.strictObject({ withinSeconds: z.number(), neverAboveSeconds: z.number() }),
  }),
})
export type Timeliness = z.infer<typeof Timeliness>

/** Did the webhooks come? A call that was found again does not make up for its webhook. */
export const WebhookYield = z.strictObject({
  expected: Count,
  arrived: Count,
  /** Of those that arrived. */
  late: Count,
  missing: Count,
  pending: Count,
  missingBy: z.record(z.string(), Count),
  callsNotExpected: Count,
})
export type WebhookYield = z.infer<typeof WebhookYield>

export const Measures = z.strictObject({ completeness: Completeness, timeliness: Timeliness, webhooks: WebhookYield })
export type Measures = z.infer<typeof Measures>

/** The measures of the calls that Exotel created in a time; widened to whole windows. */
export const MeasuresAnswer = Measures.extend({ account: z.string(), range: Span })
export type MeasuresAnswer = z.infer<typeof MeasuresAnswer>

/** One IST day of the heat map: each measure by the numbers that a cell or its tooltip shows. */
export const DayMeasures = z.strictObject({
  day: Day,
  range: Span,
  completeness: Completeness,
  /** Ends of calls and references to recordings, without the percentiles by lane. */
  timeliness: z.strictObject({ ended: Delays, recorded: Delays }),
  webhooks: WebhookYield,
  /** When these were counted; a closed day is not counted anew until something in it changes. */
  measuredAt: Time,
})
export type DayMeasures = z.infer<typeof DayMeasures>

export const DaysAnswer = z.strictObject({ account: z.string(), days: z.array(DayMeasures) })
export type DaysAnswer = z.infer<typeof DaysAnswer>

/** Completeness in pieces of a day (IST), an hour or a window; every piece of the range is there, also one without a window. */
export const CompletenessAnswer = z.strictObject({
  account: z.string(),
  range: Span,
  by: z.enum(['day', 'hour', 'window']),
  /** As known then; null: now. */
  asOf: Time.nullable(),
  whole: Completeness,
  pieces: z.array(Span.extend({ completeness: Completeness })),
})
export type CompletenessAnswer = z.infer<typeof CompletenessAnswer>
