/**
 * Folds one day of one account from the log again, and compares its calls with those that are stored, and what is kept of each record that is read:
 *
 *   offsets of the day ► until the projector is past them ► fold into a temporary table ► one snapshot: what was told later of calls of the day, and what
 *     dead letters say Postgres refused where it does not ► merge parts ► hash the rows of both sides ► digests ► where they differ, bisect down to the calls
 *
 * The live projection is read and nothing else; nobody waits for it. Memory is bounded, whatever a day holds. Stopped or killed anywhere, nothing is left.
 */
import { hash } from 'node:crypto'
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import { istDayRange } from '@rollcall/domain/ist-day'
import { HOUR } from '@rollcall/domain/time'
import type { EventLog, PartitionBounds } from '@rollcall/event-log/event-log'
import { OperatorError } from '@rollcall/service/operator-error'
import { fillDayRows, makeDayRows, PLACES } from '@rollcall/store/check/day-rows'
import { makeProbe } from '@rollcall/store/check/probe'
import { readCallsTable } from '@rollcall/store/check/read-calls-table'
import type { AccountDay } from '@rollcall/store/check/read-closed-days'
import { type Difference, readDifferences } from '@rollcall/store/check/read-differences'
import { type BothDigests, type Digest, readDigests } from '@rollcall/store/check/read-digests'
import { type Offsets, type Place, readObservationsOutside } from '@rollcall/store/check/read-observations-outside'
import { readRefused } from '@rollcall/store/check/read-refused'
import { readRowHashes } from '@rollcall/store/check/read-row-hashes'
import { readPlacesBeyond } from '@rollcall/store/check/read-unlike-records'
import { indexToldCalls, makeToldCalls } from '@rollcall/store/check/told-calls'
import type { Connection } from '@rollcall/store/pool'
import { readPositions } from '@rollcall/store/projection-positions'
import { inSnapshotOn } from '@rollcall/store/transaction'
import { bisect, cut, differs, PARTS } from './bisect.ts'
import { newToldFolder } from './fold-told.ts'
import { mergeTold } from './merge-told.ts'
import { offsetAt } from './offset-at.ts'

/** Before a day begins nobody tells of its calls, but clocks differ, and what lay in a spool stands further on than its time says. */
const BEFORE_MS = 6 * HOUR
/** After it has ended: the longest call, the scans that close its last window, and a spool. What comes later is found by where the projection has it. */
const AFTER_MS = 12 * HOUR
/** More than this is told later only where Exotel changed a whole day: then all is folded again (`rollcall rebuild --verify`). */
const LATE_RECORDS_MAX = 200_000
/** More are refused by Postgres only where somebody says so, or where nothing else matters any more. */
const REFUSED_MAX = 200_000
/** So many calls are named. */
export const NAMED_MAX = 100
/** How often it is looked whether the projector is past the day, and how long. */
const LOOK_EVERY_MS = 500
const LOOKS_MAX = 120
/** Of the whole work, reading and folding the log; the rest is Postgres's. */
const FOLD_SHARE = 0.8
const WHOLE = { from: 0, to: PLACES }

export interface CheckDeps {
  readonly log: EventLog
  readonly sleep: (ms: number) => Promise<unknown>
  /** Aborted, the check ends at its next step with the signal's reason. */
  readonly signal: AbortSignal
  /** Told how far it is: 0 to 1, and in words. */
  readonly onProgress: (share: number, text: string) => void
}

export interface CheckedDay extends AccountDay {
  /** What was read of the log in one go, by partition. */
  readonly read: ReadonlyMap<number, Offsets>
  /** Records folded, those that came later among them. */
  readonly observations: number
  /** Records left out, since Postgres refuses what they say; dead letters that say so of others hide nothing. */
  readonly refused: number
  readonly told: Digest
  readonly stored: Digest
  readonly equal: boolean
  /** Places of records of the log, such as `3:1729`, of which the observation or the dead letter is not kept as the log has it: the first of them. */
  readonly records: readonly string[]
  /** Calls that differ; where `whole` is false there are more. */
  readonly differences: readonly Difference[]
  readonly whole: boolean
}

/** @param db of the owner of the projection @throws OperatorError where the projector is not past the day, or more came later than this can fold */
export const checkDay = async ({ log, sleep, signal, onProgress }: CheckDeps, db: Connection, { account, day }: AccountDay): Promise<CheckedDay> => {
  const { from, to } = istDayRange(day)
  const read = await offsetsOf(log, from - BEFORE_MS, to + AFTER_MS)
  await untilPast(db, read, sleep)
  await makeToldCalls(db)
  await makeDayRows(db)
  const total = [...read.values()].reduce((sum, offsets) => sum + Number(offsets.to - offsets.from), 0)
  let done = 0
  const onRead = (records: number): void => {
    done += records
    onProgress((FOLD_SHARE * done) / Math.max(total, done), `${day} of ${account}: ${done} of ${total} records of the log`)
  }
  const letters = await readRefused(db, REFUSED_MAX + 1)
  if (letters.length > REFUSED_MAX) throw tooManyRefused()
  // Of those that the log holds no longer, nothing is known.
  const bounds = await log.bounds(OBSERVATIONS_TOPIC)
  const saidRefused = letters.filter(({ partition, offset }) => isWithin(bounds.get(partition), offset))
  if (saidRefused.length > 0) await makeProbe(db)
  const folder = newToldFolder({ log, db, signal, saidRefused, onRead, unlikeMax: NAMED_MAX }, account)
  for (const [partition, offsets] of read) await folder.fold(partition, offsets)
  await folder.end()
  await indexToldCalls(db)
  onProgress(FOLD_SHARE + 0.01, `${day} of ${account}: comparing`)
  return inSnapshotOn(db, async () => {
    const table = await readCallsTable(db)
    await folder.foldRefused()
    await folder.end()
    const late = await readObservationsOutside(db, { account, from, to, read, max: LATE_RECORDS_MAX + 1 })
    if (late.length > LATE_RECORDS_MAX) throw tooMuchLater(day)
    // Where the log has no such place, there is nothing to fold: somebody made it up, which is told below.
    const ends = await endsOf(log)
    await folder.foldSingly(late.filter((place) => !isBeyond(ends, place)))
    await folder.end()
    await mergeTold(db, account)
    signal.throwIfAborted()
    await fillDayRows(db, account, from, to)
    signal.throwIfAborted()
    const parts = await readDigests(db, cut(WHOLE, PARTS))
    const { callSids, whole } = parts.some(differs)
      ? await bisect({ digests: (places) => readDigests(db, places), rows: (places) => readRowHashes(db, places) }, WHOLE, NAMED_MAX)
      : { callSids: [], whole: true }
    const [told, stored] = [sumOf(parts, 'told'), sumOf(parts, 'stored')]
    const differences = await readDifferences(db, account, callSids)
    // What was swapped in meanwhile was written after this snapshot, which sees none of it.
    if ((await readCallsTable(db)) !== table) throw swapped(day)
    const records = [...folder.unlike(), ...(await placesBeyond(log, db, account))].slice(0, NAMED_MAX).map(({ partition, offset }) => `${partition}:${offset}`)
    const equal = !parts.some(differs) && records.length === 0
    return { account, day, read, observations: folder.records(), refused: folder.refused(), told, stored, equal, records, differences, whole }
  })
}

/** The digest of a side: SHA-256 over the digests of its sixteen parts, in hex, a line each. */
const sumOf = (parts: readonly BothDigests[], side: 'told' | 'stored'): Digest => ({
  calls: parts.reduce((sum, part) => sum + part[side].calls, 0),
  sha256: hash('sha256', parts.map((part) => `${part[side].sha256}\n`).join('')),
})

/** The ends are asked for after what is kept: what came in between is no place that the log does not have. */
const placesBeyond = async (log: EventLog, db: Connection, account: string): Promise<readonly Place[]> => {
  const places = await readPlacesBeyond(db, account, await endsOf(log), NAMED_MAX)
  if (places.length === 0) return []
  const ends = await endsOf(log)
  return places.filter((place) => isBeyond(ends, place))
}

const endsOf = async (log: EventLog): Promise<ReadonlyMap<number, bigint>> => new Map([...(await log.bounds(OBSERVATIONS_TOPIC))].map(([partition, { next }]) => [partition, next]))
const isBeyond = (ends: ReadonlyMap<number, bigint>, { partition, offset }: Place): boolean => offset < 0n || offset >= (ends.get(partition) ?? 0n)

const isWithin = (bounds: PartitionBounds | undefined, offset: bigint): boolean => bounds !== undefined && offset >= bounds.low && offset < bounds.next

const offsetsOf = async (log: EventLog, from: number, to: number): Promise<ReadonlyMap<number, Offsets>> => {
  const offsets = new Map<number, Offsets>()
  for (const [partition, bounds] of await log.bounds(OBSERVATIONS_TOPIC)) {
    const first = await offsetAt(log, OBSERVATIONS_TOPIC, partition, bounds, from)
    offsets.set(partition, { from: first, to: await offsetAt(log, OBSERVATIONS_TOPIC, partition, { low: first, next: bounds.next }, to) })
  }
  return offsets
}

const untilPast = async (db: Connection, read: ReadonlyMap<number, Offsets>, sleep: CheckDeps['sleep']): Promise<void> => {
  for (let looks = 0; ; looks += 1) {
    const positions = await readPositions(db, OBSERVATIONS_TOPIC)
    const behind = [...read].find(([partition, offsets]) => offsets.from < offsets.to && (positions.get(partition) ?? 0n) < offsets.to)
    if (behind === undefined) return
    const [partition, { to }] = behind
    if (looks >= LOOKS_MAX)
      throw new OperatorError(
        `The projector is not past the day that is to be checked: ${OBSERVATIONS_TOPIC}[${partition}] is folded up to ${positions.get(partition) ?? 0n}, and needed is ${to}. ` +
          'Nothing was checked. See rollcall status, and check again when it has caught up.',
      )
    await sleep(LOOK_EVERY_MS)
  }
}

const swapped = (day: string): OperatorError => new OperatorError(`A rebuild was swapped in while ${day} was checked. Nothing was found out. Check it again.`)

const tooMuchLater = (day: string): OperatorError =>
  new OperatorError(
    `More than ${LATE_RECORDS_MAX} records that came long after ${day} told of its calls, which is more than the check of one day reads. Nothing was checked. Use 'rollcall rebuild --verify', which folds all.`,
  )

const tooManyRefused = (): OperatorError =>
  new OperatorError(`More than ${REFUSED_MAX} dead letters say that Postgres refused what records say. Nothing was checked. Look at them: rollcall quarantine list.`)
