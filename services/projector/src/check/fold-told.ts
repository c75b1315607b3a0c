import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import type { EventLog, StoredRecord } from '@rollcall/event-log/event-log'
import type { Offsets, Place } from '@rollcall/store/check/read-observations-outside'
import { readRefused } from '@rollcall/store/check/read-refused'
import { TOLD_CALLS } from '@rollcall/store/check/told-calls'
import type { Connection } from '@rollcall/store/pool'
import { callLoader } from '@rollcall/store/rebuild/load-rows'
import { batchesOf } from '../read-from.ts'
import { type Leaving, newHeldCalls } from '../rebuild/held-calls.ts'
import { EMPTY_READS_MAX, missingRecords, newRecordsBelow } from '../rebuild/records-below.ts'

/** Of calls that are being folded. */
const HELD_BYTES_MAX = 200 * 1024 * 1024
const LATE_BYTES_MAX = 64 * 1024
const LATE_WAIT_MS = 500

export interface ToldFolder {
  /** Folds the account's records at these offsets. */
  fold(partition: number, offsets: Offsets): Promise<void>
  /** Folds single records, in the order of the log. @throws LogUnavailableError where one is not there */
  foldSingly(places: readonly Place[]): Promise<void>
  /** Writes what is still held. */
  end(): Promise<void>
  /** Records of the account that were folded. */
  records(): number
}

/**
 * Folds records of one account into `told_calls`, in bounded memory: what was told of nothing for longest is written first, and a call of which
 * more is told afterwards stands there in parts.
 */
export const newToldFolder = (log: EventLog, db: Connection, account: string): ToldFolder => {
  const held = newHeldCalls(HELD_BYTES_MAX)
  const loader = callLoader(TOLD_CALLS)
  let folded = 0

  const write = async (leaving: Iterable<Leaving>): Promise<void> => {
    for (const [, record] of leaving) {
      loader.add({ record, baseVersion: 0n })
      if (loader.full()) await loader.flush(db)
    }
  }
  const take = async (partition: number, records: readonly StoredRecord[], refused: ReadonlySet<bigint>): Promise<void> => {
    const wanted = records.filter(({ offset, headers }) => headers.ce_account === account && !refused.has(offset))
    const first = wanted[0]
    if (first === undefined) return
    folded += wanted.length
    for (const batch of batchesOf(partition, first.offset, wanted)) for (const [key, news] of batch.calls) held.add(key, news)
    await write(held.takeExcess())
  }
  return {
    fold: async (partition, offsets) => {
      const refused = await readRefused(db, partition, offsets)
      for await (const records of newRecordsBelow(log, { topic: OBSERVATIONS_TOPIC, partition, ...offsets })) await take(partition, records, refused)
    },
    foldSingly: async (places) => {
      for (let rest = [...places], empty = 0; rest.length > 0; ) {
        const { partition, offset } = rest[0] as Place
        const records = (await log.read(OBSERVATIONS_TOPIC, new Map([[partition, offset]]), { maxBytes: LATE_BYTES_MAX, maxWaitMs: LATE_WAIT_MS })).get(partition) ?? []
        const asked = new Set(rest.filter((place) => place.partition === partition).map((place) => place.offset))
        const found = records.filter((record) => asked.has(record.offset))
        const isMissing = records.length > 0 && records[0]?.offset !== offset
        empty += found.length === 0 ? 1 : -empty
        if (isMissing || empty > EMPTY_READS_MAX) throw missingRecords(OBSERVATIONS_TOPIC, partition, offset, offset + 1n)
        const last = records.at(-1)?.offset ?? offset - 1n
        const refused = await readRefused(db, partition, { from: offset, to: last + 1n })
        await take(partition, found, refused)
        rest = rest.filter((place) => place.partition !== partition || place.offset > last)
      }
    },
    end: async () => {
      await write(held.takeAll())
      await loader.flush(db)
    },
    records: () => folded,
  }
}
