import { UnreadableError } from '../unreadable-error.ts'

/** A call that rang a hundred agents comes with fifteen parameters for each. */
export const FIELDS_MAX = 2_000

/**
 * The fields of a form, in order. A Map, so that no name can reach a prototype. A repeated name keeps its first value,
 * which is also the one that the record's key was taken from.
 */
export type FormFields = ReadonlyMap<string, string>

export const collectFields = (pairs: Iterable<readonly [name: string, value: string]>): FormFields => {
  const fields = new Map<string, string>()
  let count = 0
  for (const [name, value] of pairs) {
    count += 1
    if (count > FIELDS_MAX) throw new UnreadableError(`the form has more than ${FIELDS_MAX} fields`)
    if (!fields.has(name)) fields.set(name, value)
  }
  return fields
}
