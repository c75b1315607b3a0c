import { Busboy } from '@fastify/busboy'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FIELDS_MAX } from './form-fields.ts'
import { readMultipart } from './read-multipart.ts'

const BOUNDARY = '------------------------d74496d66958873e'
const TYPE = `multipart/form-data; boundary=${BOUNDARY}`
const part = (name: string, value: string, more = '') => `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`
const body = (...parts: string[]) => Buffer.from(`${parts.join('')}--${BOUNDARY}--\r\n`)

/** The oracle: the first value of each field as @fastify/busboy reads it; null where it finds an error. */
const byBusboy = (type: string, bytes: Buffer): Promise<ReadonlyMap<string, string> | null> =>
  new Promise((resolve) => {
    const fields = new Map<string, string>()
    const busboy = new Busboy({ headers: { 'content-type': type } })
    busboy.on('field', (name, value) => fields.has(name) || fields.set(name, value))
    busboy.on('finish', () => resolve(fields))
    busboy.on('error', () => resolve(null))
    busboy.end(bytes)
  })

const ours = (type: string | null, bytes: Buffer): ReadonlyMap<string, string> | null => {
  try {
    return readMultipart(type, bytes)
  } catch {
    return null
  }
}

const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_[\]]{0,20}$/)
const value = fc
  .oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.constantFrom('', '\r\n', '--', `\r\n--${BOUNDARY.slice(0, -1)}`, 'order \u20b9 12'))
  .map((text) => text.replace(/\p{Surrogate}/gu, ''))

describe('multipart/form-data', () => {
  it('reads what @fastify/busboy reads', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(name, value), { minLength: 1, maxLength: 30 }), async (fields) => {
        const bytes = body(...fields.map(([key, text]) => part(key, text)))
        expect(ours(TYPE, bytes)).toEqual(await byBusboy(TYPE, bytes))
      }),
      { numRuns: 500 },
    ))

  it('believes nothing of a body that is cut anywhere', () => {
    const whole = body(part('CallSid', '80bfbec2d78bbbf10fb851f4fa165211'), part('Status', 'completed'), part('Legs[0][Status]', 'completed'))
    const untilClosed = whole.length - '\r\n'.length
    for (let length = 0; length < untilClosed; length += 1) expect(() => readMultipart(TYPE, whole.subarray(0, length)), `cut at ${length}`).toThrow(/multipart/)
    expect(readMultipart(TYPE, whole.subarray(0, untilClosed)).get('Status')).toBe('completed')
  })

  it.each([
    ['a quoted boundary', `multipart/form-data; boundary="${BOUNDARY}"`],
    ['parameters before it', `multipart/form-data; charset=utf-8; boundary=${BOUNDARY}`],
    ['none declared', null],
    ['another type declared', 'application/x-www-form-urlencoded'],
  ])('finds the boundary with %s', (_, type) => expect(readMultipart(type, body(part('Status', 'busy'))).get('Status')).toBe('busy'))

  it('passes over a preamble, files, parts without a name, and what follows the closing boundary', () => {
    const bytes = Buffer.concat([
      Buffer.from('preamble\r\n'),
      body(part('Recording', 'bytes', '; filename="a.mp3"'), `--${BOUNDARY}\r\nX-Other: 1\r\n\r\nlost\r\n`, part('Status', 'busy')),
      Buffer.from(part('Status', 'late')),
    ])
    expect([...readMultipart(TYPE, bytes)]).toEqual([['Status', 'busy']])
  })

  it.each([
    ['an unquoted name', 'Content-Disposition: form-data; name=Status'],
    ['other letter case and spaces', 'content-disposition:form-data ;  NAME="Status"'],
    ['a header before it', 'Content-Type: text/plain; charset=utf-8\r\nContent-Disposition: form-data; name="Status"'],
    ['a header after it', 'Content-Disposition: form-data; name="Status"\r\nContent-Transfer-Encoding: 8bit'],
  ])('reads a part with %s', async (_, headers) => {
    const bytes = Buffer.from(`--${BOUNDARY}\r\n${headers}\r\n\r\nbusy\r\n--${BOUNDARY}--\r\n`)
    expect(readMultipart(TYPE, bytes).get('Status')).toBe('busy')
  })

  it.each(['multipart/form-data; boundary=another', 'multipart/form-data; boundary=""', 'multipart/form-data', null])(
    'reads a body by its own boundary where %s names another or none',
    (type) => expect(readMultipart(type, body(part('Status', 'busy'))).get('Status')).toBe('busy'),
  )

  it('keeps the first value of a repeated field, as a Map without a prototype to reach', () => {
    const fields = readMultipart(TYPE, body(part('Status', 'busy'), part('Status', 'completed'), part('__proto__', 'x'), part('constructor[prototype][y]', 'z')))
    expect(fields.get('Status')).toBe('busy')
    expect(fields.get('__proto__')).toBe('x')
    expect(({} as Record<string, unknown>).y).toBeUndefined()
  })

  it.each([
    ['too many fields', body(...Array.from({ length: FIELDS_MAX + 1 }, (_, index) => part(`f${index}`, ''))), /more than 2000 fields/],
    ['headers longer than 8 KiB', body(part('x'.repeat(9_000), '')), /longer than 8192/],
  ])('refuses %s', (_, bytes, reason) => expect(() => readMultipart(TYPE, bytes)).toThrow(reason))
})
