import type { Field } from './fact.ts'
import type { CallRecord, Spread } from './record.ts'
import { SPREAD_FIELDS, type SpreadField } from './spread.ts'

/** Sources may stamp the same moment this far apart without disagreeing (reliability.md §2.2). */
export const TIME_TOLERANCE_MS = 2_000

export interface Conflict {
  readonly kind: 'terminal_conflict' | 'field_mismatch' | 'identity_conflict'
  readonly field: Field
  readonly low: string
  readonly high: string
}

/** Where the sources of one call contradict each other. Derived from the record alone, so it is the same in any order of arrival. */
export const conflictsOf = (record: CallRecord): readonly Conflict[] => {
  const conflicts: Conflict[] = []
  for (const field of SPREAD_FIELDS) {
    const spread = record.spreads[field]
    if (spread !== undefined && !agrees(field, spread)) conflicts.push({ kind: kindOf(field), field, ...spread })
  }
  return conflicts
}

const agrees = (field: SpreadField, { low, high }: Spread): boolean => low === high || (isTime(field) && Date.parse(high) - Date.parse(low) <= TIME_TOLERANCE_MS)

const isTime = (field: SpreadField): boolean => field === 'createdAt' || field === 'startedAt' || field === 'endedAt'

const kindOf = (field: SpreadField): Conflict['kind'] => (field === 'status' ? 'terminal_conflict' : isTime(field) ? 'field_mismatch' : 'identity_conflict')
