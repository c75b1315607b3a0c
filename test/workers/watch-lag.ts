import { setTimeout as sleep } from 'node:timers/promises'
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import type { EventLog } from '@rollcall/event-log/event-log'
import type { Pool } from '@rollcall/store/pool'
import { readPositions } from '@rollcall/store/projection-positions'

const LOOK_EVERY_MS = 200

export interface LagWatch {
  /** The longest that a record has waited to be folded, milliseconds: seen from when it was known to be in the log. */
  maxMs(): number
  stop(): Promise<void>
}

/** Looks at how far the log goes, and at how far it is folded, partition by partition. */
export const watchLag = (log: EventLog, pool: Pool): LagWatch => {
  const stopping = new AbortController()
  /** By partition: ends of the log that are not folded yet, and when each was first seen. */
  const waiting = new Map<number, { readonly end: bigint; readonly since: number }[]>()
  let max = 0
  const look = async (): Promise<void> => {
    const at = performance.now()
    const bounds = await log.bounds(OBSERVATIONS_TOPIC)
    const positions = await readPositions(pool, OBSERVATIONS_TOPIC)
    for (const [partition, { next }] of bounds) {
      const ends = waiting.get(partition) ?? []
      waiting.set(partition, ends)
      if (next > (ends.at(-1)?.end ?? 0n)) ends.push({ end: next, since: at })
      const folded = positions.get(partition) ?? 0n
      while (ends[0] !== undefined && ends[0].end <= folded) ends.shift()
      if (ends[0] !== undefined) max = Math.max(max, performance.now() - ends[0].since)
    }
  }
  const running = (async () => {
    while (!stopping.signal.aborted) {
      await look()
      await sleep(LOOK_EVERY_MS, undefined, { signal: stopping.signal }).catch(() => {})
    }
  })()
  running.catch(() => {})
  return {
    maxMs: () => Math.round(max),
    stop: async () => {
      stopping.abort()
      await running
    },
  }
}
