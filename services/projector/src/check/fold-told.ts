import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import type { EventLog, StoredRecord } from '@rollcall/event-log/event-log'
import { isRefused } from '@rollcall/store/check/probe'
import type { Offsets, Place } from '@rollcall/store/check/read-observations-outside'
import { readUnlikeRecords } from '@rollcall/store/check/read-unlike-records'
import { TOLD_CALLS } from '@rollcall/store/check/told-calls'
import type { Connection } from '@rollcall/store/pool'
import { callLoader } from '@rollcall/store/rebuild/load-rows'
import { foldBatch } from '../fold-batch.ts'
import { batchesOf } from '../read-from.ts'
import { readRecords } from '../read-records.ts'
import { type Leaving, newHeldCalls } from '../rebuild/held-calls.ts'
import { newRecordsBelow } from '../rebuild/records-below.ts'
import { mustBeThere, readSingly } from './read-singly.ts'

/** Of calls that are being folded. What is not collected yet comes to more than twice as much: with 200 MiB held, the process took 728 MiB for 200,000 calls. */
const HELD_BYTES_MAX = 80 * 1024 * 1024

export interface ToldFolder {
  /** Folds the account's records at these offsets, but for those that Postgres is said to have refused. */
  fold(partition: number, offsets: Offsets): Promise<void>
  /** Folds single records, in the order of the log. @throws LogUnavailableError where one is not there */
  foldSingly(places: readonly Place[]): Promise<void>
  /** Folds what Postgres is said to have refused and does not refuse. Only in a transaction, and with a probe (makeProbe). */
  foldRefused(): Promise<void>
  /** Writes what is still held. */
  end(): Promise<void>
  /** Records of the account that were folded. */
  records(): number
  /** Records of the account that Postgres does refuse. */
  refused(): number
  /** Places of records whose observation or dead letter is not kept as the log has it: the first of them. */
  unlike(): readonly Place[]
}

export interface FolderDeps {
  /** So many places are enough. */
  readonly unlikeMax: number
  readonly log: EventLog
  readonly db: Connection
  readonly signal: AbortSignal
  /** Records that Postgres is said to have refused, in the order of the log: who says so is not to be trusted, and what is not there is passed over. */
  readonly saidRefused: readonly Place[]
  /** Told of how many records were read. */
  readonly onRead: (records: number) => void
}

/**
 * Folds records of one account into `told_calls`, in bounded memory: what was told of nothing for longest is written first, and a call of which
 * more is told afterwards stands there in parts.
 */
export const newToldFolder = ({ log, db, signal, saidRefused, onRead, unlikeMax }: FolderDeps, account: string): ToldFolder => {
  const held = newHeldCalls(HELD_BYTES_MAX)
  const loader = callLoader(TOLD_CALLS)
  const setAside = new Set(saidRefused.map(nameOf))
  let [folded, refused] = [0, 0]
  const unlike: Place[] = []
  const addUnlike = (partition: number, offsets: readonly bigint[]): void =>
    void unlike.push(...offsets.slice(0, unlikeMax - unlike.length).map((offset) => ({ partition, offset })))

  const write = async (leaving: Iterable<Leaving>): Promise<void> => {
    for (const [, record] of leaving) {
      loader.add({ record, baseVersion: 0n })
      if (loader.full()) await loader.flush(db)
    }
  }
  const take = async (partition: number, wanted: readonly StoredRecord[]): Promise<void> => {
    signal.throwIfAborted()
    const first = wanted[0]
    if (first === undefined) return
    folded += wanted.length
    for (const batch of batchesOf(partition, first.offset, wanted)) for (const [key, news] of batch.calls) held.add(key, news)
    await write(held.takeExcess())
  }
  /** What is kept of the records that were read is compared as it is: nothing of it changes any more, but for what is replayed. */
  const compare = async (partition: number, records: readonly StoredRecord[], wanted: readonly StoredRecord[]): Promise<void> => {
    const [first, last] = [records[0], records.at(-1)]
    if (first === undefined || last === undefined || unlike.length >= unlikeMax) return
    const batch = readRecords(partition, first.offset, wanted)
    const { observations = [], deadLetters = [] } = batch ?? {}
    const leftOut = saidRefused.flatMap((place) => (place.partition === partition && place.offset >= first.offset && place.offset <= last.offset ? [place.offset] : []))
    addUnlike(partition, await readUnlikeRecords(db, { partition, account, from: first.offset, to: last.offset + 1n, observations, deadLetters, leftOut }))
  }
  const ofAccount = (records: readonly StoredRecord[]) => records.filter(({ headers }) => headers.ce_account === account)
  const isRefusedAlone = async (partition: number, record: StoredRecord): Promise<boolean> => {
    const batch = readRecords(partition, record.offset, [record])
    return batch !== null && isRefused(db, { partition, calls: foldBatch(batch.calls, new Map()), observations: batch.observations })
  }
  return {
    fold: async (partition, offsets) => {
      for await (const records of newRecordsBelow(log, { topic: OBSERVATIONS_TOPIC, partition, ...offsets })) {
        const own = ofAccount(records)
        const wanted = setAside.size === 0 ? own : own.filter(({ offset }) => !setAside.has(nameOf({ partition, offset })))
        await take(partition, wanted)
        await compare(partition, records, wanted)
        onRead(records.length)
      }
    },
    foldSingly: async (places) => {
      for await (const { partition, records } of readSingly(log, places, mustBeThere)) await take(partition, ofAccount(records))
    },
    foldRefused: async () => {
      for await (const { partition, records } of readSingly(log, saidRefused, () => {})) {
        for (const record of ofAccount(records)) {
          if (await isRefusedAlone(partition, record)) refused += 1
          else {
            await take(partition, [record])
            addUnlike(partition, [record.offset])
          }
        }
      }
    },
    end: async () => {
      await write(held.takeAll())
      await loader.flush(db)
    },
    records: () => folded,
    refused: () => refused,
    unlike: () => unlike,
  }
}

const nameOf = ({ partition, offset }: Place): string => `${partition}:${offset}`
