/** What must be true when all is quiet again, whatever went wrong before. */
import { CALLS_TOPIC, OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import { merge } from '@rollcall/domain/call/merge'
import type { CallRecord } from '@rollcall/domain/call/record'
import { canonicalState } from '@rollcall/domain/call/state'
import type { StoredRecord } from '@rollcall/event-log/event-log'
import { readRecords } from '@rollcall/projector/read-records'
import type { Book } from './book.ts'
import type { ExotelSender } from './exotel-sender.ts'
import type { SimulatedLog } from './simulated-log.ts'
import type { Row, Table, Tables } from './tables.ts'

/** 4096 bytes of records with headers, which have 400 bytes at least, and a part of one at either end. */
const RECORDS_IN_A_PAGE_MAX = 12

export interface Damage {
  /** Bits that were flipped on the disk. */
  readonly flips: number
  /** Pages that the disk did not give any more. */
  readonly badPages: number
  /** What the spool reported of it, in bytes. */
  readonly quarantinedBytes: number
  /** Whether the disk may have torn what was not acknowledged: then damage is no false alarm. */
  readonly mayBeTorn: boolean
}

export const checkEnd = (parts: {
  readonly book: Book
  readonly sender: ExotelSender
  readonly log: SimulatedLog
  readonly tables: Tables
  readonly damage: Damage
  readonly running: string | null
}): void => {
  const { book, sender, log, tables, damage, running } = parts
  checkLog(book, sender, log.held(OBSERVATIONS_TOPIC).flat(), damage)
  checkProjection(book, log.held(OBSERVATIONS_TOPIC), log.held(CALLS_TOPIC).flat(), tables)
  book.checkEnd(running)
}

/** Everything acknowledged is in the log as it was sent, and nothing is there that was not. */
const checkLog = (book: Book, sender: ExotelSender, records: readonly StoredRecord[], damage: Damage): void => {
  const attempts = book.attempts()
  const inLog = new Set<string>()
  for (const { headers, value } of records) {
    const id = headers.ce_id ?? ''
    inLog.add(id)
    const attempt = attempts.get(id)
    if (attempt === undefined) book.find('invented', `${id} was never received`)
    else if (Buffer.compare(value, sender.bodyOf(attempt.number)) !== 0) book.find('altered', `${id}: ${value.length} bytes`)
  }
  const heard = sender.acknowledged()
  const answered = new Set([...attempts.values()].filter(({ state }) => state === 'kept').map(({ number }) => number))
  for (const number of heard) if (!answered.has(number)) book.find('invented', `webhook ${number} was answered by nobody`)
  const missing = [...attempts.values()].filter(({ id, state }) => state === 'kept' && !inLog.has(id))
  const missingBytes = missing.reduce((sum, { number }) => sum + sender.bodyOf(number).length, 0)
  if (missing.length > damage.flips + damage.badPages * RECORDS_IN_A_PAGE_MAX)
    book.find(
      'lost',
      `${missing.length} acknowledged deliveries are not in the log, with ${damage.flips} bits flipped and ${damage.badPages} pages bad: ${missing
        .slice(0, 3)
        .map(({ id, seq, life }) => `${id} (${seq} in the spool of ${life})`)
        .join(', ')}`,
    )
  else if (missingBytes > damage.quarantinedBytes)
    book.find('lost-silently', `${missing.length} acknowledged deliveries were damaged, and ${damage.quarantinedBytes} bytes reported: ${missing[0]?.id} (${missing[0]?.seq})`)
  if (damage.quarantinedBytes > 0 && damage.flips + damage.badPages === 0 && !damage.mayBeTorn)
    book.find('false-alarm', `${damage.quarantinedBytes} bytes quarantined on a disk that damaged nothing`)
}

/** The projection is a fold of the log: every record applied once, every call what its records make of it, and published so. */
const checkProjection = (book: Book, partitions: readonly (readonly StoredRecord[])[], published: readonly StoredRecord[], tables: Tables): void => {
  const expected = new Map<string, CallRecord | null>()
  const observed = rowsByPlace(tables.observations)
  const dead = rowsByPlace(tables.deadLetters)
  let rows = 0
  let letters = 0
  for (const [partition, records] of partitions.entries()) {
    const batch = readRecords(partition, 0n, records)
    if (batch === null) continue
    for (const [key, { facts }] of batch.calls) expected.set(key, merge(expected.get(key) ?? null, facts))
    for (const { logOffset, ceId } of batch.observations) {
      rows += 1
      const found = observed.get(`${partition}/${logOffset}`) ?? []
      if (found.length !== 1 || found[0]?.ce_id !== ceId) book.find('applied-not-once', `record ${partition}/${logOffset} has ${found.length} observation rows`)
    }
    for (const { logOffset } of batch.deadLetters) {
      letters += 1
      const found = dead.get(`${partition}/${logOffset}`) ?? []
      if (found.length !== 1) book.find('applied-not-once', `record ${partition}/${logOffset} has ${found.length} dead letters`)
    }
  }
  if (observed.size > rows) book.find('applied-not-once', `${observed.size - rows} observation rows of records that the log does not have`)
  if (dead.size > letters) book.find('applied-not-once', `${dead.size - letters} dead letters of records that the log does not have`)
  const versions = new Set(published.map(({ headers }) => headers.ce_id))
  for (const [key, record] of expected) {
    if (record === null) continue
    const row = tables.calls.rows.get(key)
    if (row?.state !== canonicalState(record)) book.find('projection-differs', `call ${key}: ${row?.state ?? 'absent'} is not ${canonicalState(record)}`)
    else if (!versions.has(`${key}|${row.version}`)) book.find('not-published', `call ${key}: version ${row.version}`)
  }
  if (tables.calls.rows.size !== expected.size) book.find('projection-differs', `${tables.calls.rows.size} calls, of which the log knows ${expected.size}`)
}

const rowsByPlace = (table: Table): ReadonlyMap<string, readonly Row[]> => {
  const places = new Map<string, Row[]>()
  for (const row of table.rows.values()) {
    const place = `${row.partition}/${row.log_offset}`
    const rows = places.get(place)
    if (rows === undefined) places.set(place, [row])
    else rows.push(row)
  }
  return places
}
