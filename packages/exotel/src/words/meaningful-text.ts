/** What Postgres cannot hold (NUL) and UTF-8 cannot write (half a surrogate pair). */
const UNSTORABLE = /[\0\p{Surrogate}]/gu

/**
 * The text of a field, trimmed; undefined for each of Exotel's ways to say "nothing": absent, null, `""`, `"null"` (contract §2.7).
 * Numbers arrive as text or as JSON numbers, by version. Anything else is not a value Exotel sends: null.
 */
export const meaningfulText = (value: unknown): string | undefined | null => {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'number') return String(value)
  if (typeof value !== 'string') return null
  const text = value.trim()
  return text === '' || text === 'null' ? undefined : text.replace(UNSTORABLE, '\uFFFD')
}
