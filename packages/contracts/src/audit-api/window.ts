import { TRANSITION_REASONS } from '@rollcall/domain/window/window-state'
import { z } from 'zod'
import { CallsAnswer } from './call.ts'
import { MeasuresAnswer, WindowStateName } from './measures.ts'
import { AccountSid, Count, Day, Position, Span, Time } from './words.ts'

/** One of a day's 288 windows. Counts as in StateCompleteness. */
export const WindowItem = z.strictObject({
  from: Time,
  to: Time,
  /** Null: not taken on, or not begun. */
  state: WindowStateName.nullable(),
  reason: z.enum(TRANSITION_REASONS).nullable(),
  /** Since when it is so, by Exotel's clock. */
  since: Time.nullable(),
  /** How often it was amended. */
  amendments: Count,
  scans: Count,
  listed: Count,
  exact: Count,
  unlisted: Count,
  claims: Count,
  /** Of the webhooks that its calls should have had. */
  webhooksExpected: Count,
  webhooksMissing: Count,
})
export type WindowItem = z.infer<typeof WindowItem>

/** A day in IST: its measures, and its windows in order, always 288. */
export const DayAnswer = MeasuresAnswer.extend({ day: Day, windows: z.array(WindowItem) })
export type DayAnswer = z.infer<typeof DayAnswer>

/** What one complete scan said of one window. */
export const WindowScanItem = z.strictObject({
  scan: z.uuid(),
  run: z.uuid().nullable(),
  lane: z.string().nullable(),
  startedAt: Time,
  endedAt: Time.nullable(),
  pages: Count.nullable(),
  digest: z.string(),
  /** Everything that it listed was read back from the projection. */
  sound: z.boolean(),
  listed: Count,
  held: Count,
  /** Calls that nothing had told of before. */
  found: Count,
  /** Calls we hold that it did not list and that are not explained. */
  unresolved: Count,
})
export type WindowScanItem = z.infer<typeof WindowScanItem>

/** One move of a window, as `rollcall.audit.v1` tells it. */
export const WindowChangeItem = z.strictObject({
  /** Where it stands in the audit topic; that offset is its leaf in the tree. Null: noted, and not in the log yet. */
  position: Position.nullable(),
  from: WindowStateName.nullable(),
  to: WindowStateName,
  reason: z.enum(TRANSITION_REASONS),
  at: Time,
  /** The scans that made it so. */
  scans: z.array(z.uuid()),
  /** By how many calls the listing differs from the one before. */
  difference: z.strictObject({ appeared: Count, disappeared: Count, changed: Count }).nullable(),
})
export type WindowChangeItem = z.infer<typeof WindowChangeItem>

export const WindowAnswer = z.strictObject({
  account: AccountSid,
  day: Day,
  window: WindowItem,
  /** The first page of its calls; the rest by the list of calls with the window's `from` and `to`. */
  calls: CallsAnswer,
  /** Oldest first. */
  scans: z.array(WindowScanItem),
  history: z.array(WindowChangeItem),
  neighbours: z.strictObject({ before: Span, after: Span }),
})
export type WindowAnswer = z.infer<typeof WindowAnswer>
