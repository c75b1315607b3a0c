import { z } from 'zod'

const Time = z.iso.datetime()
const Count = z.int().nonnegative()
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const Digits = z.string().regex(/^\d{1,19}$/)
/** So many calls are named; how many differ is told beside it. */
export const DIFFERENCES_MAX = 100

/** A day of calls was folded from the log again and compared with what is stored, as `rollcall.audit.v1` tells it. Times are by our clock. */
export const DayChecked = z.strictObject({
  type: z.literal('day-check'),
  check: z.uuid(),
  /** A day of IST, by the creation of its calls. */
  day: z.iso.date(),
  /** What the day was chosen by; null where somebody asked for it. */
  seed: z.string().max(256).nullable(),
  startedAt: Time,
  endedAt: Time,
  /** Offsets of `rollcall.observations.v1` that were read in one go, half-open, by partition; what came later was read singly. */
  read: z.record(Digits, z.strictObject({ from: Digits, to: Digits })),
  /** Records folded. */
  observations: Count,
  /** Records left out, since Postgres refuses what they say. */
  refused: Count,
  /** By the log, and by what is stored: how many calls, and the SHA-256 of their rows (decision 26). */
  told: z.strictObject({ calls: Count, sha256: Sha256 }),
  stored: z.strictObject({ calls: Count, sha256: Sha256 }),
  /** Calls that differ, and records of the log of which the observation or the dead letter is not kept as the log has it, at least. 0: all is as the log has it. */
  differing: Count,
  /** Some of them: SHA-256 of `account|CallSid` in hex, and what is wrong: the row is another one, it is missing, or the log does not tell of it. */
  differences: z.array(z.strictObject({ callSha256: Sha256, kind: z.enum(['other', 'missing', 'untold']), columns: z.array(z.string()) })).max(DIFFERENCES_MAX),
})
export type DayChecked = z.infer<typeof DayChecked>
