import { z } from 'zod'
import { Measures, WindowStateName } from './measures.ts'
import { RunItem } from './run.ts'
import { Count, Day, Span, Time } from './words.ts'

/** How far windows are closed without a gap, and what holds it. */
export const Watermark = z.strictObject({ at: Time.nullable(), heldBy: z.strictObject({ from: Time, state: WindowStateName }).nullable() })
export type Watermark = z.infer<typeof Watermark>

/** One account as the first page shows it. */
export const AccountItem = z.strictObject({
  account: z.string(),
  /** Where its windows begin; null where reconciliation has not taken it on yet. */
  firstWindow: Time.nullable(),
  watermark: Watermark,
  /** The IST day that is under way, up to the end of the window that is under way. */
  today: z.strictObject({ day: Day, range: Span }).extend(Measures.shape),
  lastRun: RunItem.nullable(),
  /** Of all kinds; `atLeast`: there are more of some kind than are counted. Null where counting took too long. */
  exceptionsOpen: z.strictObject({ count: Count, atLeast: z.boolean() }).nullable(),
  /** Since when no webhook comes though calls should have told of themselves; null while they come. */
  webhooksSilentSince: Time.nullable(),
})
export type AccountItem = z.infer<typeof AccountItem>

export const AccountsAnswer = z.strictObject({ accounts: z.array(AccountItem) })
export type AccountsAnswer = z.infer<typeof AccountsAnswer>
