import { compareText } from '../call/decimal.ts'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json | undefined }

/**
 * The one JSON text of a value: names in order of their code units, no blanks, as RFC 8785 (JCS) writes it. Numbers are integers, which
 * every reader writes alike; whatever has decimals is text here. A member that is undefined is left out.
 * @throws RangeError for any other number
 */
export const canonicalJson = (value: Json): string => {
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonicalJson(item)).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value as { readonly [name: string]: Json | undefined }).filter((member): member is [string, Json] => member[1] !== undefined)
    return `{${members
      .sort(([a], [b]) => compareText(a, b))
      .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`)
      .join(',')}}`
  }
  if (typeof value === 'number' && !Number.isSafeInteger(value)) throw new RangeError(`${value} is no integer that every reader writes alike`)
  return JSON.stringify(value)
}
