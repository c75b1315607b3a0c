import { z } from 'zod'
import type { Instant } from '../time.ts'
import { compareText } from './decimal.ts'
import { FIELDS, type Field, SOURCES, type Source } from './fact.ts'
import { type CallRecord, MILESTONES, type Milestone, type Register, type Spread } from './record.ts'
import { SPREAD_FIELDS } from './spread.ts'

const StoredRegister = z.tuple([z.string(), z.enum(SOURCES), z.int().nullable()])
const StoredSpread = z.tuple([z.string(), z.string()])

/** The stored shape of a record's registers: what the `state` column holds. Account and CallSid are columns of their own. */
export const StoredState = z.strictObject({
  fields: z.partialRecord(z.enum(FIELDS), StoredRegister),
  spreads: z.partialRecord(z.enum(SPREAD_FIELDS), StoredSpread),
  firstSeen: z.partialRecord(z.enum(SOURCES), z.int()),
  events: z.record(z.string(), z.int()),
  told: z.partialRecord(z.enum(MILESTONES), z.partialRecord(z.enum(SOURCES), z.int())),
})
export type StoredState = z.infer<typeof StoredState>

/** Canonical JSON of a record: equal records give equal text, byte for byte. Its SHA-256 is the state digest of the call. */
export const canonicalState = (record: CallRecord): string => JSON.stringify(storedState(record))

/** Keys in a fixed order, so that JSON.stringify is canonical. */
export const storedState = (record: CallRecord): StoredState => ({
  fields: inOrder<Field, Register, [string, Source, Instant | null]>(record.fields, FIELDS, (register) => [register.value, register.source, register.vendorTime]),
  spreads: inOrder<Field, Spread, [string, string]>(record.spreads, SPREAD_FIELDS, (spread) => [spread.low, spread.high]),
  firstSeen: inOrder<Source, Instant, Instant>(record.firstSeen, SOURCES, (at) => at),
  events: inOrder<string, Instant, Instant>(record.events, Object.keys(record.events).sort(compareText), (at) => at) as Record<string, Instant>,
  told: inOrder<Milestone, Readonly<Partial<Record<Source, Instant>>>, Partial<Record<Source, Instant>>>(record.told, MILESTONES, (by) =>
    inOrder<Source, Instant, Instant>(by, SOURCES, (at) => at),
  ),
})

/** The record that `storedState` described. */
export const recordFrom = (account: string, callSid: string, state: StoredState): CallRecord => ({
  account,
  callSid,
  fields: inOrder<Field, [string, Source, Instant | null], Register>(state.fields, FIELDS, ([value, source, vendorTime]) => ({ value, source, vendorTime })),
  spreads: inOrder<Field, [string, string], Spread>(state.spreads, SPREAD_FIELDS, ([low, high]) => ({ low, high })),
  firstSeen: state.firstSeen,
  events: state.events,
  told: state.told,
})

const inOrder = <K extends string, V, T>(map: Readonly<Partial<Record<K, V>>>, keys: readonly K[], as: (value: V) => T): Partial<Record<K, T>> => {
  const ordered: Partial<Record<K, T>> = {}
  for (const key of keys) {
    const value = map[key]
    if (value !== undefined) ordered[key] = as(value)
  }
  return ordered
}
