/** What the log, cut at a moment by receipt, tells of one call: read with the projector's readers, folded, and nothing of what Postgres keeps. */
import { createHash } from 'node:crypto'
import { fromAuditLogRecord } from '@rollcall/contracts/audit-log-record'
import { fromLogRecord } from '@rollcall/contracts/observation-record'
import { AUDIT_TOPIC, OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import { conflictsOf } from '@rollcall/domain/call/conflicts'
import { type CallFacts, FIELDS } from '@rollcall/domain/call/fact'
import { merge } from '@rollcall/domain/call/merge'
import { type CallRecord, fieldOf, isVerified } from '@rollcall/domain/call/record'
import { canonicalState } from '@rollcall/domain/call/state'
import { isPersonal, maskField } from '@rollcall/domain/privacy/personal-fields'
import { canonicalTime, type Instant, SECOND } from '@rollcall/domain/time'
import { windowAt } from '@rollcall/domain/window/window'
import type { EventLog, StoredRecord } from '@rollcall/event-log/event-log'
import { foldBatch } from '@rollcall/projector/fold-batch'
import { type ReadBatch, readRecords } from '@rollcall/projector/read-records'

const READ = { maxBytes: 16 * 1_024 * 1_024, maxWaitMs: 0 }

/** A record of the log, when it was received, and what the projector's readers read in it. */
interface Told {
  readonly partition: number
  readonly record: StoredRecord
  readonly receivedAt: Instant
  readonly read: ReadBatch
}

export interface LogReplay {
  /** The call as the log told it then, as the audit API would answer, but for what is not of the log; null where it told of none. */
  call(account: string, callSid: string, at: Instant): object | null
}

export const readWhole = async (log: EventLog, topic: string): Promise<readonly { readonly partition: number; readonly record: StoredRecord }[]> => {
  const bounds = await log.bounds(topic)
  const all: { readonly partition: number; readonly record: StoredRecord }[] = []
  const positions = new Map([...bounds].map(([partition, { low }]) => [partition, low]))
  while ([...bounds].some(([partition, { next }]) => (positions.get(partition) ?? 0n) < next))
    for (const [partition, records] of await log.read(topic, positions, READ))
      for (const record of records) {
        positions.set(partition, record.offset + 1n)
        all.push({ partition, record })
      }
  return all
}

export const replayLog = async (log: EventLog): Promise<LogReplay> => {
  const told: readonly Told[] = (await readWhole(log, OBSERVATIONS_TOPIC)).map(({ partition, record }) => {
    const { receivedAt } = fromLogRecord(record)
    return { partition, record, receivedAt, read: readRecords(partition, record.offset, [record]) as ReadBatch }
  })
  const moves = (await readWhole(log, AUDIT_TOPIC)).flatMap(({ record }) => {
    const { entry, account } = fromAuditLogRecord(record)
    return entry.type === 'window-changed' ? [{ account, from: Date.parse(entry.window.from), to: entry.to.state, notedAt: record.timestamp }] : []
  })
  return {
    call(account, callSid, at) {
      const cut = told
        .filter((one) => one.read.observations[0]?.callSid === callSid && one.receivedAt <= at)
        .toSorted((a, b) => a.receivedAt - b.receivedAt || a.partition - b.partition || Number(a.record.offset - b.record.offset))
      const record = fold(cut)
      if (record === null) return null
      const createdAt = fieldOf(record, 'createdAt')
      const window = createdAt === null ? null : windowAt(Date.parse(createdAt))
      return {
        ...claimsOf(cut, record),
        verified: isVerified(record),
        firstSeen: Object.fromEntries(Object.entries(record.firstSeen).map(([source, first]) => [source, canonicalTime(first)])),
        conflicts: conflictsOf(record).map(({ kind, field, low, high }) => ({ kind, field, low: maskField(field, low), high: maskField(field, high) })),
        stateDigest: createHash('sha256').update(canonicalState(record)).digest('hex'),
        window:
          window === null
            ? null
            : {
                from: canonicalTime(window.from),
                to: canonicalTime(window.to),
                state: moves.findLast((move) => move.account === account && move.from === window.from && move.notedAt <= at)?.to ?? null,
              },
      }
    },
  }
}

/** As the projector folds what it has read, record by record. */
const fold = (cut: readonly Told[]): CallRecord | null => cut.reduce<CallRecord | null>(foldOne, null)

const foldOne = (record: CallRecord | null, { read }: Told): CallRecord | null => {
  const held = record === null ? new Map() : new Map([[`${record.account}|${record.callSid}`, { record, version: 1n }]])
  return foldBatch(read.calls, held)[0]?.record ?? record
}

const factsOf = ({ read }: Told): CallFacts | null => [...read.calls.values()][0]?.facts[0] ?? null
const placeOf = ({ partition, record }: Told) => ({ partition, offset: record.offset.toString() })

/** Fields with who won and who lost, and the observations, by looking through all of them for each. */
const claimsOf = (cut: readonly Told[], record: CallRecord): object => {
  const said = cut.map((one) => ({ one, facts: factsOf(one) }))
  const winner = (field: (typeof FIELDS)[number]) =>
    said.find(({ facts }) => facts !== null && JSON.stringify(merge(null, [facts])?.fields[field]) === JSON.stringify(record.fields[field]))
  const fields: Record<string, unknown> = {}
  for (const field of FIELDS) {
    const register = record.fields[field]
    if (register === undefined) continue
    const others = said.flatMap(({ one, facts }) =>
      facts?.values[field] === undefined || facts.values[field] === register.value ? [] : [{ one, facts, value: facts.values[field] }],
    )
    fields[field] = {
      value: maskField(field, register.value),
      masked: isPersonal(field),
      source: register.source,
      vendorTime: register.vendorTime === null ? null : canonicalTime(register.vendorTime),
      wonBy: placeOf(winner(field)?.one as Told),
      lost: others
        .filter(({ value }, nth) => others.findIndex((first) => first.value === value) === nth)
        .map(({ one, facts, value }) => ({ value: maskField(field, value), source: facts.source, by: placeOf(one) })),
    }
  }
  let after: CallRecord | null = null
  const observations = said.map(({ one, facts }) => {
    const [row] = one.read.observations
    const before = after
    after = foldOne(before, one)
    const changes = FIELDS.filter((field) => (before === null ? null : fieldOf(before, field)) !== (after === null ? null : fieldOf(after, field)))
    const { id, receivedAt, surface, source, scanId, payloadSha256 } = fromLogRecord(one.record)
    return {
      position: placeOf(one),
      id,
      surface,
      event: facts?.event ?? null,
      source: surface === 'call-list' ? 'poll' : surface === 'call-lookup' ? 'lookup' : 'webhook',
      receivedBy: source,
      receivedAt: canonicalTime(receivedAt),
      vendorTime: facts?.vendorTime == null ? null : canonicalTime(facts.vendorTime),
      delaySeconds: facts?.vendorTime == null ? null : (receivedAt - facts.vendorTime) / SECOND,
      scan: scanId,
      payloadSha256,
      outcome: row?.outcome,
      values: Object.fromEntries(FIELDS.flatMap((field) => (facts?.values[field] === undefined ? [] : [[field, maskField(field, facts.values[field])]]))),
      changed: changes,
      won: FIELDS.filter((field) => record.fields[field] !== undefined && winner(field)?.one === one),
      exceptions: row?.exceptions == null ? [] : JSON.parse(row.exceptions),
    }
  })
  return { fields, observations }
}
