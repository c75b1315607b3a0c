const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (text: string) => text.replace(/[&<>"]/g, (character) => ESCAPES[character] as string)

export type XmlLayout = 'wrapped' | 'flat'

/** The elements that JSON has as bare objects in an array. */
const ROWS: Readonly<Record<string, string>> = { Calls: 'Call' }

/**
 * The XML Exotel answers when the path has no `.json`: the same fields below TwilioResponse. Null and '' are a self-closed tag. How
 * arrays and errors look is UNKNOWN: each element in its parent, or side by side without one; an error below TwilioResponse, or bare.
 */
export const xmlText = (value: object, layout: XmlLayout = 'wrapped'): string => {
  const element = (name: string, inner: unknown): string => {
    if (Array.isArray(inner)) {
      const row = ROWS[name]
      const rows = inner.map((one) => (row === undefined ? content(one) : element(row, one))).join('')
      return layout === 'flat' ? rows : tag(name, rows)
    }
    return tag(name, content(inner))
  }
  const content = (inner: unknown): string => {
    if (inner === null || inner === undefined) return ''
    if (typeof inner !== 'object') return escaped(String(inner))
    return Object.entries(inner)
      .map(([name, one]) => element(name, one))
      .join('')
  }
  const isError = layout === 'flat' && 'RestException' in value
  return `<?xml version="1.0" encoding="UTF-8"?>\n${isError ? content(value) : `<TwilioResponse>${content(value)}</TwilioResponse>`}\n`
}

const tag = (name: string, inner: string) => (inner === '' ? `<${name}/>` : `<${name}>${inner}</${name}>`)
