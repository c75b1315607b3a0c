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
export const conflictsOf = (record: CallRecord): readonly Conflict[] =>
  SPREAD_FIELDS.flatMap((field) => {
    const spread = record.spreads[field]
    return spread === undefined || agrees(field, spread) ? [] : [{ kind: kindOf(field), field, ...spread }]
  })

const agrees = (field: SpreadField, { low, high }: Spread): boolean => low === high || (isTime(field) && Date.parse(high) - Date.parse(low) <= TIME_TOLERANCE_MS)

const isTime = (field: SpreadField): boolean => field === 'createdAt' || field === 'startedAt' || field === 'endedAt'

const kindOf = (field: SpreadField): Conflict['kind'] => (field === 'status' ? 'terminal_conflict' : isTime(field) ? 'field_mismatch' : 'identity_conflict')
