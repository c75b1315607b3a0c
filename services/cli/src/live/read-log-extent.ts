import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import type { EventLog } from '@rollcall/event-log/event-log'
import type { Pool } from '@rollcall/store/pool'
import { readPositions } from '@rollcall/store/projection-positions'

/** How many observations the log holds, and how many of them are projected. Over all accounts: the log is not counted by account. */
export const readLogExtent = async (log: EventLog, pool: Pool): Promise<{ readonly records: number; readonly projected: number }> => {
  // Positions first: they only grow, so no partition can look further along than its log.
  const positions = await readPositions(pool, OBSERVATIONS_TOPIC)
  const bounds = await log.bounds(OBSERVATIONS_TOPIC)
  let [records, projected] = [0n, 0n]
  for (const [partition, { low, next }] of bounds) {
    records += next - low
    const position = positions.get(partition) ?? low
    if (position > low) projected += position - low
  }
  return { records: Number(records), projected: Number(projected) }
}
