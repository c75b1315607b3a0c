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

/** Single records by where they stand, given in the order of the log. @param onMissing told of each that is not there */
export async function* readSingly(log: Pick<EventLog, 'read'>, places: readonly Place[], onMissing: (place: Place) => void): AsyncGenerator<Found> {
  for (let rest = [...places], empty = 0; rest.length > 0; ) {
    const { partition, offset } = rest[0] as Place
    const records = (await log.read(OBSERVATIONS_TOPIC, new Map([[partition, offset]]), { maxBytes: BYTES_MAX, maxWaitMs: WAIT_MS })).get(partition) ?? []
    const asked = new Set(rest.filter((place) => place.partition === partition).map((place) => place.offset))
    const found = records.filter((record) => asked.has(record.offset))
    empty += found.length === 0 ? 1 : -empty
    if ((records.length > 0 && records[0]?.offset !== offset) || empty > EMPTY_READS_MAX) {
      onMissing({ partition, offset })
      rest = rest.slice(1)
      empty = 0
      continue
    }
    const last = records.at(-1)?.offset ?? offset - 1n
    if (found.length > 0) yield { partition, records: found }
    rest = rest.filter((place) => place.partition !== partition || place.offset > last)
  }
}
