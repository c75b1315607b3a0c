/** What a complete scan proves about its windows, given what we hold. Level, not edge: both sides in full, whatever arrived in whatever order. */

import { TIME_TOLERANCE_MS } from '../call/conflicts.ts'
import { compareDecimal, compareText, isDecimal } from '../call/decimal.ts'
import { type CallFacts, FIELDS, type Field } from '../call/fact.ts'
import { join, recordOf } from '../call/merge.ts'
import { type CallRecord, fieldOf } from '../call/record.ts'

export type VerdictKind = 'exact' | 'partial' | 'mismatch' | 'only-ours' | 'only-theirs'

/** What comparing says about one call. */
export interface Verdict {
  readonly callSid: string
  readonly kind: VerdictKind
  /** The fields that make it partial (we lacked them) or a mismatch (we hold something else). */
  readonly fields: readonly Field[]
  /** The row says something that the log does not hold yet: it has to be appended. */
  readonly isNew: boolean
}

/** One verdict per call that either side knows, by CallSid. `theirs` holds each call once (the scan has seen to that). */
export const compare = (theirs: readonly CallFacts[], ours: readonly CallRecord[]): readonly Verdict[] => {
  const held = new Map(ours.map((record) => [record.callSid, record]))
  const listed = new Set(theirs.map((facts) => facts.callSid))
  const verdicts = [
    ...theirs.map((facts) => compareCall(facts, held.get(facts.callSid))),
    ...ours.filter((record) => !listed.has(record.callSid)).map((record): Verdict => ({ callSid: record.callSid, kind: 'only-ours', fields: [], isNew: false })),
  ]
  return verdicts.sort((a, b) => compareText(a.callSid, b.callSid))
}

const compareCall = (theirs: CallFacts, ours: CallRecord | undefined): Verdict => {
  const { callSid } = theirs
  if (ours === undefined) return { callSid, kind: 'only-theirs', fields: [], isNew: true }
  const isNew = join(ours, recordOf(theirs)) !== ours
  const stated = FIELDS.filter((field) => theirs.values[field] !== undefined)
  const different = stated.filter((field) => differs(field, theirs.values[field], fieldOf(ours, field)))
  if (different.length > 0) return { callSid, kind: 'mismatch', fields: different, isNew }
  const lacking = stated.filter((field) => fieldOf(ours, field) === null)
  return { callSid, kind: lacking.length > 0 ? 'partial' : 'exact', fields: lacking, isNew }
}

/** Times may differ by the tolerance; amounts and lengths are exact, however they are written; everything else is as it is. What we do not hold is lacking, not different. */
const differs = (field: Field, theirs: string | undefined, ours: string | null): boolean => {
  if (theirs === undefined || ours === null || theirs === ours) return false
  if (field.endsWith('At')) return Math.abs(Date.parse(theirs) - Date.parse(ours)) > TIME_TOLERANCE_MS
  return !(isNumeric(field) && isDecimal(theirs) && isDecimal(ours) && compareDecimal(theirs, ours) === 0)
}

const isNumeric = (field: Field): boolean => field === 'price' || field.endsWith('Seconds')
