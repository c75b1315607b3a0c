import { collectFields, type FormFields } from './form-fields.ts'

/** The fields of `a=1&b=2`: a query string, or a body of that type. */
export const readUrlencoded = (text: string): FormFields => collectFields(new URLSearchParams(text))
