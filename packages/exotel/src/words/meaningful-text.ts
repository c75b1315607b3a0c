/** What Postgres cannot hold (NUL) and UTF-8 cannot write (half a surrogate pair). The quick test finds whole pairs too. */
const SUSPICIOUS = /[\0\ud800-\udfff]/
const UNSTORABLE = /[\0\p{Surrogate}]/gu

const [QUOTE, BRACKET] = [0x22, 0x5b]

/** One word in quotes (`"1"`, as a Gather's digits come), or rendered as a list of one (`['completed']`). */
const WRAPPED = /^(?:"([^"]*)"|\[\s*'([^']*)'\s*\]|\[\s*"([^"]*)"\s*\])$/

/**
 * The text of a field, trimmed and out of its wrapping; undefined for each of Exotel's ways to say "nothing": absent, null, `""`,
 * `"null"`, `[]` (contract §2.7). Numbers arrive as text or as JSON numbers, by version. Anything else is not a value Exotel sends: null.
 */
export const meaningfulText = (value: unknown): string | undefined | null => {
  const written = writtenText(Array.isArray(value) ? onlyElement(value) : value)
  if (typeof written !== 'string') return written
  const first = written.charCodeAt(0)
  const match = first === QUOTE || first === BRACKET ? WRAPPED.exec(written) : null
  return match === null ? written : orNothing((match[1] ?? match[2] ?? match[3] ?? '').trim())
}

/** The same for text that is the customer's own, where quotes and brackets mean something: nothing is unwrapped. */
export const writtenText = (value: unknown): string | undefined | null => {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' ? orNothing(value.trim()) : null
}

const orNothing = (text: string): string | undefined => {
  if (text === '' || text === 'null') return undefined
  return SUSPICIOUS.test(text) ? text.replace(UNSTORABLE, '\uFFFD') : text
}

/** `["x"]` says x and `[]` says nothing; of several, none is the one. */
const onlyElement = (values: readonly unknown[]): unknown => (values.length < 2 ? values[0] : values)
