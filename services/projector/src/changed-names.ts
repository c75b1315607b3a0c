import { conflictsOf } from '@rollcall/domain/call/conflicts'
import { FIELDS } from '@rollcall/domain/call/fact'
import { type CallRecord, isVerified } from '@rollcall/domain/call/record'
import type { ChangedName } from '@rollcall/store/projection/changed-name'

/** What of a call differs, for those who read the changelog. `before` is null for a call that was not held. Pure. */
export const changedNames = (before: CallRecord | null, after: CallRecord): readonly ChangedName[] => {
  const changed: ChangedName[] = []
  for (const field of FIELDS) if (before?.fields[field]?.value !== after.fields[field]?.value) changed.push(field)
  if (isVerified(after) !== (before !== null && isVerified(before))) changed.push('verified')
  if (!sameConflicts(before, after)) changed.push('conflicts')
  return changed
}

/** Nearly always nothing of what they compare has changed, or the sources agree. */
const sameConflicts = (before: CallRecord | null, after: CallRecord): boolean => {
  if (before?.spreads === after.spreads) return true
  const [known, found] = [before === null ? [] : conflictsOf(before), conflictsOf(after)]
  return known.length === found.length && (found.length === 0 || JSON.stringify(known) === JSON.stringify(found))
}
