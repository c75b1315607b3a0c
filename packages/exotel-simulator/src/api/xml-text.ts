const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (text: string) => text.replace(/[&<>"]/g, (character) => ESCAPES[character] as string)

const element = (name: string, value: unknown): string => {
  const inner = content(value)
  return inner === '' ? `<${name}/>` : `<${name}>${inner}</${name}>`
}

/** Null and '' are a self-closed tag; the elements of an array stand side by side. */
const content = (value: unknown): string => {
  if (value === null || value === undefined) return ''
  if (Array.isArray(value)) return value.map(content).join('')
  if (typeof value === 'object')
    return Object.entries(value)
      .map(([name, inner]) => element(name, inner))
      .join('')
  return escaped(String(value))
}

/** The XML Exotel answers when the path has no `.json`: the same fields below TwilioResponse. */
export const xmlText = (value: object): string => `<?xml version="1.0" encoding="UTF-8"?>\n<TwilioResponse>${content(value)}</TwilioResponse>\n`
