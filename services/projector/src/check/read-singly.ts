import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import type { EventLog, StoredRecord } from '@rollcall/event-log/event-log'
import type { Place } from '@rollcall/store/check/read-observations-outside'
import { EMPTY_READS_MAX, missingRecords } from '../rebuild/records-below.ts'

const BYTES_MAX = 64 * 1024
const WAIT_MS = 500

/** Records of one partition, in order. */
export interface Found {
  readonly partition: number
  readonly records: readonly StoredRecord[]
}

/** One that is not there ends the reading. @throws LogUnavailableError */
export const mustBeThere = ({ partition, offset }: Place): never => {
  throw missingRecords(OBSERVATIONS_TOPIC, partition, offset, offset + 1n)
}

/** Single records by where they stand, each once, partition by partition in the order of the log. @param onMissing told of each that is not there */
export async function* readSingly(log: Pick<EventLog, 'read'>, places: readonly Place[], onMissing: (place: Place) => void): AsyncGenerator<Found> {
  for (const [partition, offsets] of offsetsByPartition(places)) {
    for (let nth = 0, empty = 0; nth < offsets.length; ) {
      const offset = offsets[nth] as bigint
      const records = (await log.read(OBSERVATIONS_TOPIC, new Map([[partition, offset]]), { maxBytes: BYTES_MAX, maxWaitMs: WAIT_MS })).get(partition) ?? []
      empty = records.length === 0 ? empty + 1 : 0
      if (empty > EMPTY_READS_MAX) {
        onMissing({ partition, offset })
        nth += 1
        empty = 0
        continue
      }
      const last = records.at(-1)?.offset ?? offset - 1n
      const there = new Map(records.map((record) => [record.offset, record]))
      const found: StoredRecord[] = []
      // What is read already is not looked at again, however many places there are.
      for (let next = offsets[nth]; next !== undefined && next <= last; next = offsets[nth]) {
        const record = there.get(next)
        if (record === undefined) onMissing({ partition, offset: next })
        else found.push(record)
        nth += 1
      }
      if (found.length > 0) yield { partition, records: found }
    }
  }
}

/** Each once, in order. */
const offsetsByPartition = (places: readonly Place[]): ReadonlyMap<number, readonly bigint[]> => {
  const offsets = new Map<number, Set<bigint>>()
  for (const { partition, offset } of places) {
    const own = offsets.get(partition)
    if (own === undefined) offsets.set(partition, new Set([offset]))
    else own.add(offset)
  }
  return new Map([...offsets].map(([partition, own]) => [partition, [...own].sort((a, b) => Number(a - b))]))
}
