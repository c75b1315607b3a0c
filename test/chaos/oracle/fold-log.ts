import { fromLogRecord } from '@rollcall/contracts/observation-record'
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import { merge } from '@rollcall/domain/call/merge'
import type { CallRecord } from '@rollcall/domain/call/record'
import type { EventLog, StoredRecord } from '@rollcall/event-log/event-log'
import { readObservation } from '@rollcall/exotel/read-observation'
import { webhookIdentity } from '../load/webhook-identity.ts'

const READ_BYTES_MAX = 8 * 1024 * 1024
const READ_MS_MAX = 2_000

/** What the log holds by now, as we read and fold it ourselves, without a database. */
export interface LogFold {
  /** Reads from where it stopped to the end of the log; gives the CallSids of which it learned something. */
  readOn(): Promise<ReadonlySet<string>>
  holds(identity: string): boolean
  call(callSid: string): CallRecord | undefined
  records(): number
  calls(): number
}

/** @throws Error where a record is missing in the middle, or is none of ours. */
export const foldLog = (log: Pick<EventLog, 'bounds' | 'read'>): LogFold => {
  const positions = new Map<number, bigint>()
  const identities = new Set<string>()
  const calls = new Map<string, CallRecord>()
  let records = 0

  const take = (record: StoredRecord, touched: Set<string>): void => {
    const { partition, offset } = record
    const expected = positions.get(partition) ?? 0n
    if (offset !== expected) throw new Error(`partition ${partition} goes from ${expected} to ${offset}: records are missing in the log`)
    positions.set(partition, offset + 1n)
    records += 1
    const observation = fromLogRecord(record)
    identities.add(webhookIdentity({ method: observation.method ?? '', query: observation.query ?? '', body: observation.payload }))
    const said = readObservation(observation)
    if (said.kind !== 'facts') return
    const { callSid } = said.facts
    const merged = merge(calls.get(callSid) ?? null, [said.facts])
    if (merged !== null) calls.set(callSid, merged)
    touched.add(callSid)
  }

  return {
    readOn: async () => {
      const touched = new Set<string>()
      const bounds = await log.bounds(OBSERVATIONS_TOPIC)
      for (;;) {
        const behind = new Map([...bounds].flatMap(([partition, { next }]) => ((positions.get(partition) ?? 0n) < next ? [[partition, positions.get(partition) ?? 0n]] : [])))
        if (behind.size === 0) return touched
        const read = await log.read(OBSERVATIONS_TOPIC, behind, { maxBytes: READ_BYTES_MAX, maxWaitMs: READ_MS_MAX })
        for (const list of read.values()) for (const record of list) take(record, touched)
      }
    },
    holds: (identity) => identities.has(identity),
    call: (callSid) => calls.get(callSid),
    records: () => records,
    calls: () => calls.size,
  }
}
