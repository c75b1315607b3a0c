import { fromLogRecord } from '@rollcall/contracts/observation-record'
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import { openEventLog } from '@rollcall/event-log/open-event-log'

const READ_BYTES_MAX = 8 * 1024 * 1024
const WAIT_MS_MAX = 1_000

export interface LogContents {
  readonly records: number
  /** Distinct: a record that is there twice under one id is harmless. */
  readonly ids: number
  /** Ids by CallSid. */
  readonly calls: ReadonlyMap<string, ReadonlySet<string>>
}

/** All observations in Kafka. */
export const readLog = async (brokers: readonly string[]): Promise<LogContents> => {
  const log = await openEventLog({ kafkaBrokers: brokers, clientId: 'bench-reader' })
  try {
    const calls = new Map<string, Set<string>>()
    const ids = new Set<string>()
    let records = 0
    for (const [partition, { low, next }] of await log.bounds(OBSERVATIONS_TOPIC))
      for (let at = low; at < next; ) {
        const read = (await log.read(OBSERVATIONS_TOPIC, new Map([[partition, at]]), { maxBytes: READ_BYTES_MAX, maxWaitMs: WAIT_MS_MAX })).get(partition) ?? []
        for (const record of read) {
          const { id, callSid } = fromLogRecord(record)
          ids.add(id)
          calls.set(callSid ?? '', (calls.get(callSid ?? '') ?? new Set()).add(id))
        }
        records += read.length
        at = (read.at(-1)?.offset ?? next - 1n) + 1n
      }
    return { records, ids: ids.size, calls }
  } finally {
    await log.close()
  }
}
