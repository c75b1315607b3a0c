import { z } from 'zod'

/** How often a fault was made: alone, beside another, and while the system was how busy. */
export const FaultUse = z.object({ alone: z.int(), paired: z.int(), idle: z.int(), load: z.int(), backlog: z.int() })
export type FaultUse = z.infer<typeof FaultUse>

/** By fault: each reason, and how often it was so. */
export const FaultTroubles = z.record(z.string(), z.record(z.string(), z.int()))
export type FaultTroubles = z.infer<typeof FaultTroubles>

/** What one stack was put through: one line of a tally file. */
export const RunRecord = z.object({
  /** Of the code that was run, `-changed` behind it where that was not what is committed. */
  commit: z.string(),
  seed: z.int(),
  /** The first round's number; with the seed it says what was played. */
  from: z.int(),
  rounds: z.int(),
  perSecond: z.int(),
  /** Whether the webhooks came through HAProxy. */
  haproxy: z.boolean().default(false),
  acknowledged: z.int(),
  givenUp: z.int(),
  calls: z.int(),
  logRecords: z.int(),
  findings: z.array(z.string()),
  /** Whether what the product folds anew from the whole log has the digest of what is projected. */
  rebuiltEqual: z.boolean(),
  /** From the first process's start to the last one's end, and what all of them computed meanwhile. */
  seconds: z.number(),
  cpuSeconds: z.number(),
  /** Those that were made. */
  faults: z.record(z.string(), FaultUse),
  /** Planned faults that did not come about: they are no rounds of `faults`. */
  notMade: FaultTroubles,
  /** Made ones whose end did not go as it should; what they left was made whole before the books were checked. */
  notHealed: FaultTroubles,
})
export type RunRecord = z.infer<typeof RunRecord>
