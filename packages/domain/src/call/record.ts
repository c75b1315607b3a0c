import type { Instant } from '../time.ts'
import { type Field, SOURCES, type Source } from './fact.ts'

/** The moments of a call that a recovery point objective is about: that it is over, and where its recording is. */
export const MILESTONES = ['ended', 'recorded'] as const
export type Milestone = (typeof MILESTONES)[number]

/** The winning value of one field, and the claim that won it. */
export interface Register {
  readonly value: string
  readonly source: Source
  /** The vendor's time of the version that said so; null where the surface has none. */
  readonly vendorTime: Instant | null
}

/** The least and greatest value anyone has claimed: two bounded joins that together show whether sources disagree. */
export interface Spread {
  readonly low: string
  readonly high: string
}

/**
 * Everything known of one call: the merge of all its facts (reliability.md §2.2). A record is an element of a join-semilattice;
 * it grows only by `join`, so the order, number and grouping of observations never matters.
 */
export interface CallRecord {
  readonly account: string
  readonly callSid: string
  readonly fields: Readonly<Partial<Record<Field, Register>>>
  /** Only for the fields named in `SPREAD_FIELDS`. */
  readonly spreads: Readonly<Partial<Record<Field, Spread>>>
  /** When each source first told us of the call. */
  readonly firstSeen: Readonly<Partial<Record<Source, Instant>>>
  /** When each kind of webhook first arrived, such as `status-callback/terminal`. */
  readonly events: Readonly<Record<string, Instant>>
  /** When each source first told of a milestone, by receipt: since then the fact is durable. */
  readonly told: Readonly<Partial<Record<Milestone, Readonly<Partial<Record<Source, Instant>>>>>>
}

/** True once any authenticated read of the API contained the call (design, law 6). */
export const isVerified = (record: CallRecord): boolean => record.firstSeen.poll !== undefined || record.firstSeen.lookup !== undefined

export const fieldOf = (record: CallRecord, field: Field): string | null => record.fields[field]?.value ?? null

/** Who told of a milestone first, and when we received it; null while nobody has. The earlier source of `SOURCES` where two are equal. */
export const firstTold = (record: CallRecord, milestone: Milestone): { readonly source: Source; readonly at: Instant } | null => {
  const told = record.told[milestone] ?? {}
  let first: { readonly source: Source; readonly at: Instant } | null = null
  for (const source of SOURCES) {
    const at = told[source]
    if (at !== undefined && (first === null || at < first.at)) first = { source, at }
  }
  return first
}
