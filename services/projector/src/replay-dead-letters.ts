/**
 * Reads dead letters again, from the log and with the readers of today, and folds those that can be read. Nothing is appended: the record
 * is in the log already, and the merge does not mind when it is folded. A projector may run meanwhile. Killed anywhere, each letter is
 * either folded or still there.
 */
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import { type EventLog, PositionGoneError, type StoredRecord } from '@rollcall/event-log/event-log'
import { isContentRefused } from '@rollcall/store/errors'
import type { Pool } from '@rollcall/store/pool'
import { readStates } from '@rollcall/store/projection/read-states'
import { refusedReason } from '@rollcall/store/projection/refused-reason'
import { applyReplay } from '@rollcall/store/quarantine/apply-replay'
import type { LetterChoice, LetterPlace } from '@rollcall/store/quarantine/list-dead-letters'
import { readDeadLetter } from '@rollcall/store/quarantine/read-dead-letter'
import { readPlaces } from '@rollcall/store/quarantine/read-places'
import { setReason } from '@rollcall/store/quarantine/set-reason'
import { answerInTime } from './answer-in-time.ts'
import { foldBatch } from './fold-batch.ts'
import { type ReadBatch, readRecords } from './read-records.ts'

const PLACES_MAX = 500
/** One record is wanted; at least one always comes. */
const READ_BYTES_MAX = 1_024
const READ_WAIT_MS = 5_000
/** The same call changed this many times while we folded one letter into it: more is no coincidence. */
const RACES_MAX = 10

/**
 * `replayed`: it tells of a call. `no-call`: it does not, and nothing is wrong with it. `unreadable`: it still is. `not-in-log`: the log does not
 * hold that record any more, or another one in its place. `gone`: somebody else has replayed it.
 */
export type ReplayOutcome = 'replayed' | 'no-call' | 'unreadable' | 'not-in-log' | 'gone'

export interface LetterReplay extends LetterPlace {
  readonly outcome: ReplayOutcome
  /** Why it cannot be read today; null when it can. */
  readonly reason: string | null
}

/** Replays the chosen letters in the order of the log. */
export async function* replayDeadLetters(log: EventLog, pool: Pool, choice: LetterChoice, signal: AbortSignal): AsyncGenerator<LetterReplay> {
  for (let after: LetterPlace | null = null; ; ) {
    const places: readonly LetterPlace[] = await readPlaces(pool, choice, after, PLACES_MAX)
    for (const place of places) {
      if (signal.aborted) return
      yield { ...place, ...(await replayOne(log, pool, place)) }
    }
    after = places.at(-1) ?? null
    if (places.length < PLACES_MAX) return
  }
}

const replayOne = async (log: EventLog, pool: Pool, place: LetterPlace): Promise<Omit<LetterReplay, keyof LetterPlace>> => {
  const letter = await readDeadLetter(pool, place)
  if (letter === null) return { outcome: 'gone', reason: null }
  const record = await readRecord(log, place)
  if (record === null || !letter.payload.equals(record.value)) return { outcome: 'not-in-log', reason: null }
  const batch = readRecords(place.partition, place.logOffset, [record])
  const reason = batch?.deadLetters[0]?.reason ?? null
  if (batch === null || reason !== null) return stillUnreadable(pool, place, reason ?? 'it holds nothing')
  try {
    const outcome = await fold(pool, place, batch)
    return { outcome: outcome === 'replayed' && batch.calls.size === 0 ? 'no-call' : outcome, reason: null }
  } catch (error) {
    if (!isContentRefused(error)) throw error
    return stillUnreadable(pool, place, refusedReason(error))
  }
}

const stillUnreadable = async (pool: Pool, place: LetterPlace, reason: string): Promise<Omit<LetterReplay, keyof LetterPlace>> => {
  await setReason(pool, place, reason)
  return { outcome: 'unreadable', reason }
}

const fold = async (pool: Pool, { partition, logOffset }: LetterPlace, { calls, observations, notices }: ReadBatch): Promise<'replayed' | 'gone'> => {
  for (let race = 0; race < RACES_MAX; race += 1) {
    const writes = foldBatch(calls, await readStates(pool, [...calls.values()]))
    const replayed = await applyReplay(pool, { partition, logOffset, calls: writes, observations, ...notices })
    if (replayed !== 'raced') return replayed
  }
  throw new Error(`the letter ${partition}:${logOffset} lost ${RACES_MAX} races for its call`)
}

/** The record at this place; null when the log does not hold it. */
const readRecord = async (log: EventLog, { partition, logOffset }: LetterPlace): Promise<StoredRecord | null> => {
  try {
    const reading = log.read(OBSERVATIONS_TOPIC, new Map([[partition, logOffset]]), { maxBytes: READ_BYTES_MAX, maxWaitMs: READ_WAIT_MS })
    const [record] = (await answerInTime('a dead letter', reading)).get(partition) ?? []
    return record?.offset === logOffset ? record : null
  } catch (error) {
    if (error instanceof PositionGoneError) return null
    throw error
  }
}
