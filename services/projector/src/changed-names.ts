import { conflictsOf } from '@rollcall/domain/call/conflicts'
import { FIELDS } from '@rollcall/domain/call/fact'
import { type CallRecord, isVerified } from '@rollcall/domain/call/record'
import type { ChangedName } from '@rollcall/store/projection/changed-name'

/** What of a call differs, for those who read the changelog. `before` is null for a call that was not held. Pure. */
export const changedNames = (before: CallRecord | null, after: CallRecord): readonly ChangedName[] => [
  ...FIELDS.filter((field) => before?.fields[field]?.value !== after.fields[field]?.value),
  ...(isVerified(after) === (before !== null && isVerified(before)) ? [] : (['verified'] as const)),
  ...(sameConflicts(before, after) ? [] : (['conflicts'] as const)),
]

/** Nearly always the sources agree, or nothing of what they compare has changed. */
const sameConflicts = (before: CallRecord | null, after: CallRecord): boolean =>
  before?.spreads === after.spreads || JSON.stringify(before === null ? [] : conflictsOf(before)) === JSON.stringify(conflictsOf(after))
