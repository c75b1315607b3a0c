import type { Observation } from '@rollcall/contracts/observation'
import { fromLogRecord } from '@rollcall/contracts/observation-record'
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import type { EventLog } from '@rollcall/event-log/event-log'

/** Every observation of one account that the log holds, duplicates and all. */
export const readWholeLog = async (log: EventLog, account: string): Promise<readonly Observation[]> => {
  const observations: Observation[] = []
  const bounds = await log.bounds(OBSERVATIONS_TOPIC)
  for (const [partition, { low, next }] of bounds)
    for (let at = low; at < next; ) {
      const records = (await log.read(OBSERVATIONS_TOPIC, new Map([[partition, at]]), { maxBytes: 4 * 1024 * 1024, maxWaitMs: 1_000 })).get(partition) ?? []
      for (const record of records) observations.push(fromLogRecord(record))
      at = (records.at(-1)?.offset ?? next - 1n) + 1n
    }
  return observations.filter((observation) => observation.account === account)
}
