/** From records of the log to what they say. Pure: reads nothing but the records it is given. */

import type { Observation } from '@rollcall/contracts/observation'
import { fromLogRecord, NotAnObservationError } from '@rollcall/contracts/observation-record'
import type { CallFacts } from '@rollcall/domain/call/fact'
import type { StoredRecord } from '@rollcall/event-log/event-log'
import { readObservation } from '@rollcall/exotel/read-observation'
import type { ReadResult } from '@rollcall/exotel/surface/read-result'
import type { DeadLetterRow, ObservationRow } from '@rollcall/store/projection/batch'
import { addNotice, type NoticeRows } from './notice-rows.ts'
import { recordSha256 } from './record-sha256.ts'
import { storableObservation } from './storable-observation.ts'
import { storableTime } from './storable-time.ts'

/** What one batch of one partition says, before it meets what is held. */
export interface ReadBatch {
  readonly partition: number
  readonly from: bigint
  readonly to: bigint
  readonly lastRecordSha256: string
  readonly records: readonly StoredRecord[]
  readonly calls: ReadonlyMap<string, CallNews>
  readonly observations: readonly ObservationRow[]
  readonly deadLetters: readonly DeadLetterRow[]
  readonly notices: NoticeRows
  /** Which records carry the trace of their delivery. */
  readonly traced: readonly TracedRecord[]
}

export interface TracedRecord {
  readonly offset: bigint
  readonly traceparent: string
}

/** All that the batch says of one call, in the order of the log. */
export interface CallNews {
  readonly account: string
  readonly callSid: string
  readonly facts: CallFacts[]
  logOffset: bigint
}

/** Reads the records that stand at position `from` of one partition and after. Null when there are none. Nothing in a record can make it throw. */
export const readRecords = (partition: number, from: bigint, records: readonly StoredRecord[]): ReadBatch | null => {
  const last = records.at(-1)
  if (last === undefined) return null
  const calls = new Map<string, CallNews>()
  const observations: ObservationRow[] = []
  const deadLetters: DeadLetterRow[] = []
  const traced: TracedRecord[] = []
  const notices: NoticeRows = { heartbeats: [], smsStatuses: [] }
  for (const record of records) {
    const observation = observationOf(record)
    if (typeof observation === 'string') {
      deadLetters.push(deadLetter(record, null, observation))
      continue
    }
    const said = readObservation(observation)
    const facts = said.kind === 'facts' ? said.facts : null
    if (facts !== null) addNews(calls, facts, record.offset)
    if (said.kind === 'no-call' && said.notice !== null) addNotice(notices, observation, said.notice)
    if (said.kind === 'unreadable') deadLetters.push(deadLetter(record, observation, said.reason))
    observations.push(observationRow(record, observation, said))
    if (observation.traceparent !== null) traced.push({ offset: record.offset, traceparent: observation.traceparent })
  }
  return { partition, from, to: last.offset + 1n, lastRecordSha256: recordSha256(last), records, calls, observations, deadLetters, notices, traced }
}

/** The same batch, of which nothing but the bytes is kept: Postgres refused its one record for what it says. */
export const asDeadLetters = (batch: ReadBatch, reason: string): ReadBatch => ({
  ...batch,
  calls: new Map(),
  observations: [],
  notices: { heartbeats: [], smsStatuses: [] },
  deadLetters: batch.records.map((record) => deadLetter(record, null, reason)),
})

/** The observation, or why the record is none. */
const observationOf = (record: StoredRecord): Observation | string => {
  try {
    return storableObservation(fromLogRecord(record))
  } catch (error) {
    if (error instanceof NotAnObservationError) return error.message
    throw error
  }
}

const addNews = (calls: Map<string, CallNews>, facts: CallFacts, logOffset: bigint): void => {
  const key = `${facts.account}|${facts.callSid}`
  const news = calls.get(key)
  if (news === undefined) calls.set(key, { account: facts.account, callSid: facts.callSid, facts: [facts], logOffset })
  else {
    news.facts.push(facts)
    news.logOffset = logOffset
  }
}

const observationRow = (record: StoredRecord, observation: Observation, said: ReadResult): ObservationRow => {
  const facts = said.kind === 'facts' ? said.facts : null
  return {
    logOffset: record.offset,
    account: observation.account,
    callSid: facts?.callSid ?? observation.callSid,
    surface: observation.surface,
    event: facts?.event ?? null,
    source: observation.source,
    receivedAt: observation.receivedAt,
    ceId: observation.id,
    payloadSha256: observation.payloadSha256,
    scanId: observation.scanId,
    outcome: said.kind === 'unreadable' ? 'dead-letter' : said.kind,
    facts: facts === null ? null : JSON.stringify({ vendorTime: facts.vendorTime, values: facts.values }),
    exceptions: said.kind === 'unreadable' || said.exceptions.length === 0 ? null : JSON.stringify(said.exceptions),
  }
}

const deadLetter = (record: StoredRecord, observation: Observation | null, reason: string): DeadLetterRow => ({
  logOffset: record.offset,
  account: observation?.account ?? null,
  surface: observation?.surface ?? null,
  reason,
  headers: record.headers,
  payload: record.value,
  // A client of any kind may have set the record's own time to anything.
  receivedAt: observation?.receivedAt ?? storableTime(record.timestamp),
})
