import type { CallFacts } from '@rollcall/domain/call/fact'
import { merge } from '@rollcall/domain/call/merge'
import type { CallRecord } from '@rollcall/domain/call/record'
import { canonicalState, recordFrom, type StoredState } from '@rollcall/domain/call/state'
import type { CallNews } from '../read-records.ts'
import { newTextRing } from './text-ring.ts'

/** About what a record takes in memory beside the characters of its values: a few times what its text takes. */
const RECORD_BYTES = 2_500
/** The share of the memory that goes to records; the rest goes to the texts of those that were not told of lately. */
const RECORDS_SHARE = 1 / 3

/** A record that is not held any more, and its canonical state where it was held as that. */
export type Leaving = readonly [key: string, record: CallRecord, state?: string]

/** Calls that are being folded, in bounded memory: those that nothing was told of for longest leave first. */
export interface HeldCalls {
  /** Merges what was told into what is held. `key` is `account|CallSid`. */
  add(key: string, news: CallNews): void
  /** Takes out, oldest first, what is more than may be held. */
  takeExcess(): Generator<Leaving>
  /** Takes out what is left, oldest first. */
  takeAll(): Generator<Leaving>
}

interface Recent {
  readonly record: CallRecord
  readonly bytes: number
}

/** What a value takes is taken to be its characters, counted as often as they are told. */
export const newHeldCalls = (bytesMax: number): HeldCalls => {
  const recentBytesMax = Math.floor(bytesMax * RECORDS_SHARE)
  const recent = new Map<string, Recent>()
  const older = newTextRing(bytesMax - recentBytesMax)
  let bytes = 0

  /** One that comes back counts with all it is; of others only what they are told is known without making their text. */
  const takeOlder = (key: string): Recent | undefined => {
    const state = older.take(key)
    return state === null ? undefined : { record: recordOf(key, state), bytes: RECORD_BYTES + state.length }
  }
  return {
    add: (key, { facts }) => {
      const known = recent.get(key)
      const before = known ?? takeOlder(key)
      const record = merge(before?.record ?? null, facts)
      if (record === null) return
      const own = facts.reduce((sum, fact) => sum + charactersOf(fact), 0) + (before?.bytes ?? RECORD_BYTES)
      // A map keeps the order in which its keys came: whoever is told of again goes to the end.
      if (known !== undefined) recent.delete(key)
      recent.set(key, { record, bytes: own })
      bytes += own - (known?.bytes ?? 0)
    },
    *takeExcess() {
      for (const [key, { record, bytes: own }] of recent) {
        if (bytes <= recentBytesMax) return
        recent.delete(key)
        bytes -= own
        for (const [leaving, state] of older.put(key, canonicalState(record))) yield [leaving, recordOf(leaving, state), state]
      }
    },
    *takeAll() {
      for (const [key, state] of older.takeAll()) yield [key, recordOf(key, state), state]
      for (const [key, { record }] of recent) yield [key, record]
      recent.clear()
      bytes = 0
    },
  }
}

/** An account has no bar in its name. */
const recordOf = (key: string, state: string): CallRecord => {
  const bar = key.indexOf('|')
  return recordFrom(key.slice(0, bar), key.slice(bar + 1), JSON.parse(state) as StoredState)
}

const charactersOf = ({ values }: CallFacts): number => {
  let characters = 0
  for (const field in values) characters += values[field as keyof typeof values]?.length ?? 0
  return characters
}
