import { z } from 'zod'

/** Words that all questions and answers share. */

/** Text that Postgres can hold, and JSON can tell everybody: no NUL, and no half of a surrogate pair. What is in the log stays there, so it is refused before. */
export const Text = z.string().refine((text) => !/\0|\p{Surrogate}/u.test(text), 'holds a NUL or half a character')
/** RFC 3339 in UTC with milliseconds, such as `2026-11-24T03:00:00.000Z`. A question may also give an offset, such as `2026-11-24T08:30:00+05:30`. */
export const Time = z.iso.datetime().describe('RFC 3339, UTC')
export const AskedTime = z.iso.datetime({ offset: true }).describe('RFC 3339 with a zone')
/** Postgres counts no year 0. */
const DAY_MIN = '0001-01-01'
/** A day of India's time, `2026-11-24`: from 18:30 UTC of the day before. */
export const Day = z.iso
  .date()
  .refine((day) => day >= DAY_MIN, `is before ${DAY_MIN}`)
  .describe('a day of IST')
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
export const CallSid = Text.min(1).max(256)
const OFFSET_MAX = '9223372036854775807'
/** An offset of the log, which may be beyond what a number holds. */
export const Offset = z
  .string()
  .regex(/^\d{1,19}$/)
  .refine((digits) => digits.length < OFFSET_MAX.length || digits <= OFFSET_MAX, `is above ${OFFSET_MAX}`)
/** A place in the log. */
export const Position = z.strictObject({ partition: Count, offset: Offset })
export type Position = z.infer<typeof Position>
/** Half-open, `[from, to)`. */
export const Span = z.strictObject({ from: Time, to: Time })
export type Span = z.infer<typeof Span>

/** What only we can have written: changed in any way, it is refused with `bad-cursor`. */
export const Cursor = z.string().min(1).max(1_024)
/** One page of a list; `next` is the cursor of the following page, null on the last. */
export const pageOf = <Item extends z.ZodType>(item: Item) => z.strictObject({ items: z.array(item), next: Cursor.nullable() })
