import { UnreadableError } from '../unreadable-error.ts'
import { collectFields, FIELDS_MAX, type FormFields } from './form-fields.ts'

/** The fields of `a=1&b=2`: a query string, or a body of that type. They are counted before any of them is decoded. */
export const readUrlencoded = (text: string): FormFields => {
  if (text.split('&', FIELDS_MAX + 1).length > FIELDS_MAX) throw new UnreadableError(`the form has more than ${FIELDS_MAX} fields`)
  return collectFields(new URLSearchParams(text))
}
