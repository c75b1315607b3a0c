export type Encoding = 'json' | 'urlencoded' | 'multipart'
export const ENCODINGS: readonly Encoding[] = ['json', 'urlencoded', 'multipart']

export interface Encoded {
  readonly contentType: string
  readonly payload: string
}

const BOUNDARY = '------------------------d74496d66958873e'

/** A callback's JSON in each of the encodings Exotel can be asked for; a value that is null is an empty part of a form. */
export const encode = (encoding: Encoding, callback: Readonly<Record<string, unknown>>): Encoded => {
  switch (encoding) {
    case 'json':
      return { contentType: 'application/json', payload: JSON.stringify(callback) }
    case 'urlencoded':
      return { contentType: 'application/x-www-form-urlencoded', payload: new URLSearchParams(flat(callback)).toString() }
    case 'multipart': {
      const parts = flat(callback).map(([name, value]) => `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
      return { contentType: `multipart/form-data; boundary=${BOUNDARY}`, payload: `${parts.join('')}--${BOUNDARY}--\r\n` }
    }
    default:
      return encoding satisfies never
  }
}

const flat = (value: Readonly<Record<string, unknown>>, prefix = ''): [string, string][] =>
  Object.entries(value).flatMap(([key, item]) => {
    const name = prefix === '' ? key : `${prefix}[${key}]`
    return typeof item === 'object' && item !== null ? flat(item as Record<string, unknown>, name) : [[name, String(item ?? '')] as [string, string]]
  })
