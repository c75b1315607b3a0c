/** Who told what of a call, and who won: the log of one call folded one by one. The record that comes out is the same in any order; who was first is not. */
import { type CallFacts, FIELDS, type Field } from './fact.ts'
import { join, recordOf } from './merge.ts'
import type { CallRecord } from './record.ts'

/** One value that was claimed of a field and did not win, and who claimed it first. */
export interface LostClaim {
  readonly value: string
  /** Which of the observations, by its place in what was given. */
  readonly by: number
}

export interface Provenance {
  readonly record: CallRecord
  /** Of each field, the first observation that made exactly the winning claim. */
  readonly wonBy: Readonly<Partial<Record<Field, number>>>
  /** Other values than the winning one, in order of receipt, each once. */
  readonly lost: Readonly<Partial<Record<Field, readonly LostClaim[]>>>
  /** Of each observation, the fields whose value it changed when it came. */
  readonly changed: readonly (readonly Field[])[]
}

/** @param told what each observation said, in order of receipt; null where it told of no call. Null where none did. */
export const provenanceOf = (told: readonly (CallFacts | null)[]): Provenance | null => {
  let record: CallRecord | null = null
  const changed: (readonly Field[])[] = []
  for (const facts of told) {
    const before: CallRecord | null = record
    if (facts !== null) record = before === null ? recordOf(facts) : join(before, recordOf(facts))
    const after = record
    changed.push(FIELDS.filter((field) => after?.fields[field]?.value !== before?.fields[field]?.value))
  }
  if (record === null) return null
  const wonBy: Partial<Record<Field, number>> = {}
  const lost: Partial<Record<Field, LostClaim[]>> = {}
  for (const [by, facts] of told.entries()) {
    if (facts === null) continue
    for (const field of FIELDS) {
      const value = facts.values[field]
      const winner = record.fields[field]
      if (value === undefined || winner === undefined) continue
      if (value === winner.value) {
        if (facts.source === winner.source && facts.vendorTime === winner.vendorTime) wonBy[field] ??= by
        continue
      }
      const claims = lost[field] ?? []
      lost[field] = claims
      if (!claims.some((claim) => claim.value === value)) claims.push({ value, by })
    }
  }
  return { record, wonBy, lost, changed }
}
