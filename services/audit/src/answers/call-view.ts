import { createHash } from 'node:crypto'
import type { CallAnswer, FieldValue, ObservationItem } from '@rollcall/contracts/audit-api/call'
import { conflictsOf } from '@rollcall/domain/call/conflicts'
import { type CallFacts, FIELDS, type Field } from '@rollcall/domain/call/fact'
import { type Provenance, provenanceOf } from '@rollcall/domain/call/provenance'
import { isVerified } from '@rollcall/domain/call/record'
import { canonicalState } from '@rollcall/domain/call/state'
import { isPersonal, maskField } from '@rollcall/domain/privacy/personal-fields'
import { canonicalTime, SECOND } from '@rollcall/domain/time'
import type { CallLogRow } from '@rollcall/store/audit/read-call-log'
import { timeText } from './times.ts'

/** Observations of one call that are shown; all of them are folded. */
export const OBSERVATIONS_SHOWN_MAX = 1_000

export type CallView = Pick<CallAnswer, 'fields' | 'verified' | 'firstSeen' | 'conflicts' | 'stateDigest' | 'observations' | 'observationsCut'> & {
  readonly createdAt: string | null
}

/** The call as these observations tell it, with who won each field; null where none tells of it. Pure. */
export const callView = (account: string, callSid: string, log: readonly CallLogRow[], revealed: boolean): CallView | null => {
  const found = provenanceOf(log.map((row) => factsOf(account, callSid, row)))
  if (found === null) return null
  const { record } = found
  const shown = (field: Field, value: string): string => (revealed ? value : maskField(field, value))
  const fields: Partial<Record<Field, FieldValue>> = {}
  for (const field of FIELDS) {
    const value = fieldValue(field, found, log, revealed)
    if (value !== null) fields[field] = value
  }
  return {
    fields,
    verified: isVerified(record),
    firstSeen: Object.fromEntries(Object.entries(record.firstSeen).map(([source, at]) => [source, canonicalTime(at)])),
    conflicts: conflictsOf(record).map(({ kind, field, low, high }) => ({ kind, field, low: shown(field, low), high: shown(field, high) })),
    stateDigest: createHash('sha256').update(canonicalState(record)).digest('hex'),
    observations: log.slice(0, OBSERVATIONS_SHOWN_MAX).map((row, nth) => observationItem(row, nth, found, shown)),
    observationsCut: log.length > OBSERVATIONS_SHOWN_MAX,
    createdAt: record.fields.createdAt?.value ?? null,
  }
}

const factsOf = (account: string, callSid: string, { outcome, source, receivedAt, vendorTime, event, values }: CallLogRow): CallFacts | null =>
  outcome === 'facts' ? { account, callSid, source, receivedAt, vendorTime, event, values } : null

const positionOf = ({ partition, logOffset }: CallLogRow) => ({ partition, offset: logOffset.toString() })

const fieldValue = (field: Field, { record, wonBy, lost }: Provenance, log: readonly CallLogRow[], revealed: boolean): FieldValue | null => {
  const register = record.fields[field]
  if (register === undefined) return null
  const winner = log[wonBy[field] ?? -1]
  const shown = (value: string): string => (revealed ? value : maskField(field, value))
  return {
    value: shown(register.value),
    masked: isPersonal(field) && !revealed,
    source: register.source,
    vendorTime: timeText(register.vendorTime),
    wonBy: winner === undefined ? null : positionOf(winner),
    lost: (lost[field] ?? []).map(({ value, by }) => {
      const loser = log[by] as CallLogRow
      return { value: shown(value), source: loser.source, by: positionOf(loser) }
    }),
  }
}

const observationItem = (row: CallLogRow, nth: number, { wonBy, changed }: Provenance, shown: (field: Field, value: string) => string): ObservationItem => ({
  position: positionOf(row),
  id: row.id,
  surface: row.surface,
  event: row.event,
  source: row.source,
  how: row.how,
  receivedBy: row.receivedBy,
  receivedAt: canonicalTime(row.receivedAt),
  vendorTime: timeText(row.vendorTime),
  delaySeconds: row.vendorTime === null ? null : (row.receivedAt - row.vendorTime) / SECOND,
  scan: row.scanId,
  payloadSha256: row.payloadSha256,
  outcome: row.outcome,
  values: Object.fromEntries(FIELDS.flatMap((field) => (row.values[field] === undefined ? [] : [[field, shown(field, row.values[field])]]))),
  changed: [...(changed[nth] ?? [])],
  won: FIELDS.filter((field) => wonBy[field] === nth),
  exceptions: [...row.exceptions],
})
