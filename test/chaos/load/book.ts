import { z } from 'zod'
import { TRUTH_FIELDS } from '../../ledger/truth-columns.ts'

/** One webhook in the load generator's own book: what was sent, and what the sender was told. */
export const BookEntry = z.object({
  /** Counts every webhook of the run. */
  number: z.int(),
  callSid: z.string(),
  /** Of method, query and body together: how it is found again in the log. No two webhooks have the same. */
  identity: z.string(),
  /** What it tells of its call, by the simulator's ledger. */
  told: z.partialRecord(z.enum(TRUTH_FIELDS), z.union([z.string(), z.number()])),
  /** Epoch milliseconds of the first request. */
  sentAt: z.int(),
  outcome: z.enum(['acknowledged', 'given-up']),
  /** What each request was answered, over both addresses. */
  answers: z.array(z.string()).readonly(),
  /** From the first request to the outcome. */
  tookMs: z.number(),
})
export type BookEntry = z.infer<typeof BookEntry>

/** How the load is started: Exotel's address and its failover address if it has one, each the beginning of a URL without surface. */
export const LoadOrder = z.object({ seed: z.int(), account: z.string(), urls: z.array(z.url()).min(1).max(2), bookFile: z.string(), beginAt: z.int() })
export type LoadOrder = z.infer<typeof LoadOrder>

/** What the load generator is told while it runs: how many webhooks a second, or to say when none is under way. */
export const LoadMessage = z.union([z.object({ perSecond: z.number().nonnegative() }), z.object({ sayWhenIdle: z.int() })])
export type LoadMessage = z.infer<typeof LoadMessage>

/** Its answer: everything that was sent stands in the book. */
export const IdleMessage = z.object({ idle: z.int() })
