import type { CallFacts } from '@rollcall/domain/call/fact'
import { merge } from '@rollcall/domain/call/merge'
import type { CallRecord } from '@rollcall/domain/call/record'
import type { CallNews } from '../read-records.ts'

/** About what a record takes in memory beside the characters of its values. */
const RECORD_BYTES = 2_500

/** Records that are being folded, in bounded memory: those that nothing was told of for longest go first. */
export interface HeldCalls {
  /** Merges what was told into what is held. `key` names the call. */
  add(key: string, news: CallNews): void
  /** Takes out, oldest first, what is more than may be held. */
  takeExcess(): Generator<readonly [key: string, CallRecord]>
  /** Takes out what is left. */
  takeAll(): Generator<readonly [key: string, CallRecord]>
}

interface Held {
  readonly record: CallRecord
  readonly bytes: number
}

/** Pure but for what it holds. `bytesMax` is met within a small factor: what a value takes is taken to be its characters, counted as often as they are told. */
export const newHeldCalls = (bytesMax: number): HeldCalls => {
  const held = new Map<string, Held>()
  let bytes = 0
  function* takeUntil(max: number): Generator<readonly [string, CallRecord]> {
    for (const [key, { record, bytes: own }] of held) {
      if (bytes <= max) return
      held.delete(key)
      bytes -= own
      yield [key, record]
    }
  }
  return {
    add: (key, { facts }) => {
      const known = held.get(key)
      const record = merge(known?.record ?? null, facts)
      if (record === null) return
      const own = facts.reduce((sum, fact) => sum + charactersOf(fact), 0) + (known?.bytes ?? RECORD_BYTES)
      // A map keeps the order in which its keys came: whoever is told of again goes to the end.
      if (known !== undefined) held.delete(key)
      held.set(key, { record, bytes: own })
      bytes += own - (known?.bytes ?? 0)
    },
    takeExcess: () => takeUntil(bytesMax),
    takeAll: () => takeUntil(-1),
  }
}

const charactersOf = ({ values }: CallFacts): number => {
  let characters = 0
  for (const field in values) characters += values[field as keyof typeof values]?.length ?? 0
  return characters
}
