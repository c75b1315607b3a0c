import { z } from 'zod'

/** Words that all questions and answers share. */

/** RFC 3339 in UTC with milliseconds, such as `2026-11-24T03:00:00.000Z`. A question may also give an offset, such as `2026-11-24T08:30:00+05:30`. */
export const Time = z.iso.datetime().describe('RFC 3339, UTC')
export const AskedTime = z.iso.datetime({ offset: true }).describe('RFC 3339 with a zone')
/** A day of India's time, `2026-11-24`: from 18:30 UTC of the day before. */
export const Day = z.iso.date().describe('a day of IST')
export const Count = z.int().nonnegative()
/** Exact; money and lengths are never rounded. */
export const Decimal = z
  .string()
  .regex(/^-?\d+(\.\d+)?$/)
  .describe('an exact decimal')
export const AccountSid = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9_-]+$/)
/** As Exotel, or a stranger, names a call. */
export const CallSid = z.string().min(1).max(256)
/** A place in the log: partition, then offset, which may be beyond what a number holds. */
export const Position = z.strictObject({ partition: Count, offset: z.string().regex(/^\d{1,19}$/) })
export type Position = z.infer<typeof Position>
/** Half-open, `[from, to)`. */
export const Span = z.strictObject({ from: Time, to: Time })
export type Span = z.infer<typeof Span>

/** What only we can have written: changed in any way, it is refused with `bad-cursor`. */
export const Cursor = z.string().min(1).max(1_024)
/** One page of a list; `next` is the cursor of the following page, null on the last. */
export const pageOf = <Item extends z.ZodType>(item: Item) => z.strictObject({ items: z.array(item), next: Cursor.nullable() })
