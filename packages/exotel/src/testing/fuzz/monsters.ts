/** Bodies of a megabyte or a hundred thousand of something, each against one step of a reader that could take its square, or the stack. */
import { encode } from '../encodings.ts'

export interface Monster {
  readonly contentType: string | null
  readonly payload: Buffer
}

const MEGABYTE = 1_000_000
const MANY = 100_000

const json = (text: string): Monster => ({ contentType: 'application/json', payload: Buffer.from(text) })
const form = (text: string): Monster => ({ contentType: 'application/x-www-form-urlencoded', payload: Buffer.from(text) })
const multipart = (text: string): Monster => ({ contentType: 'multipart/form-data; boundary=B', payload: Buffer.from(text) })

const SID = 'monster'
const callback = (more: Record<string, unknown>) => ({ CallSid: SID, Status: 'completed', DateUpdated: '2024-01-15 14:30:45', ...more })
const numbered = (name: (index: number) => string) => Object.fromEntries(Array.from({ length: MANY }, (_, index) => [name(index), 'x']))
const nested = (open: string, close: string) => `${open.repeat(MANY)}${close.repeat(MANY)}`
const part = (headers: string, value: string) => `--B\r\n${headers}\r\n\r\n${value}\r\n`
const named = (name: string) => `Content-Disposition: form-data; name="${name}"`

const LONG_TEXTS = {
  x: 'x',
  spaces: ' ',
  zeros: '0',
  quotes: '"',
  brackets: "['",
  backslashes: '\\',
  nul: '\0',
  'half-pairs': '\ud800',
  percent: '%',
  masked: 'X*',
  questions: '?',
}
const LONG_FIELDS = ['CustomField', 'Status', 'DateUpdated', 'RecordingUrl', 'Price', 'From', 'Direction', 'Legs'] as const

const longFields = Object.entries(LONG_TEXTS).map(([name, text]) => {
  const value = text.repeat(MEGABYTE / LONG_FIELDS.length / text.length)
  return [`a megabyte of ${name}, shared by many fields`, () => json(JSON.stringify(callback(Object.fromEntries(LONG_FIELDS.map((field) => [field, value])))))] as const
})
const longForms = (['json', 'urlencoded', 'multipart'] as const).map((encoding) => {
  const build = (): Monster => {
    const { contentType, payload } = encode(encoding, callback({ CustomField: 'x'.repeat(MEGABYTE) }))
    return { contentType, payload: Buffer.from(payload) }
  }
  return [`a megabyte in a field, ${encoding}`, build] as const
})

/** By name; built when asked for, since all of them at once are a hundred megabytes. */
export const MONSTERS: ReadonlyMap<string, () => Monster> = new Map<string, () => Monster>([
  ...longFields,
  ...longForms,
  ['many names in JSON', () => json(JSON.stringify(callback(numbered((index) => `n${index}`))))],
  ['many names in JSON like legs', () => json(JSON.stringify(callback(numbered((index) => `Legs[${index}][Status]`))))],
  ['many names in a form', () => form(new URLSearchParams(callback(numbered((index) => `n${index}`)) as Record<string, string>).toString())],
  ['many times one name in a form', () => form(`CallSid=${SID}&${'Status=busy&'.repeat(MANY)}`)],
  ['many ampersands', () => form(`CallSid=${SID}${'&'.repeat(MEGABYTE)}`)],
  ['many percent signs', () => form(`CallSid=${SID}&Status=${'%'.repeat(MEGABYTE)}`)],
  ['many legs in a list', () => json(JSON.stringify(callback({ Legs: Array(MANY).fill({ Status: 'busy' }) })))],
  ['many legs by index', () => json(JSON.stringify(callback({ Legs: Object.fromEntries(Array.from({ length: MANY }, (_, index) => [index, { Status: 'busy' }])) })))],
  ['many unreadable legs', () => json(JSON.stringify(callback({ Legs: Array(100).fill({ Status: {}, OnCallDuration: 'x' }), ...numbered((index) => `n${index}`) })))],
  ['many times the name of the Sid', () => json(`{"x":"${'CallSid'.repeat(MANY)}","CallSid":"${SID}","Status":"busy"}`)],
  ['deep lists', () => json(nested('[', ']'))],
  ['deep objects', () => json(`${'{"a":'.repeat(MANY)}1${'}'.repeat(MANY)}`)],
  ['deep lists in a field', () => json(`{"CallSid":"${SID}","CustomField":${nested('[', ']')}}`)],
  ['deep lists without an end', () => json('['.repeat(MEGABYTE))],
  ['brackets in text', () => json(`{"CallSid":"${SID}","Status":"busy","x":"${'[{'.repeat(MEGABYTE / 2)}"}`)],
  ['deep wrappers', () => json(`${'{"Call":'.repeat(1_000)}{"Sid":"${SID}"}${'}'.repeat(1_000)}`)],
  ['spaces and nothing else', () => form(' '.repeat(MEGABYTE))],
  ['spaces before JSON', () => json(`${' '.repeat(MEGABYTE)}${JSON.stringify(callback({}))}`)],
  ['NULs', () => form('\0'.repeat(MEGABYTE))],
  [
    'many ExoPhones',
    () =>
      json(JSON.stringify({ status_type: 'CRITICAL', incoming_affected: Array.from({ length: MANY }, (_, index) => `exo-${index}`), data: numbered((index) => `exo-${index}`) })),
  ],
  [
    'many wrong ExoPhones',
    () =>
      json(
        JSON.stringify({
          status_type: 'x',
          data: Object.fromEntries(Array.from({ length: MANY / 10 }, (_, index) => [`e${index}`, { incoming_call: { status: `s${index}`, last_check_time: 'x' } }])),
        }),
      ),
  ],
  ['many SMS', () => json(JSON.stringify({ SMSMessage: Array(MANY).fill({ Sid: SID }) }))],
  ['many parts', () => multipart(`${part(named('Status'), 'busy').repeat(MANY / 4)}--B--\r\n`)],
  ['many boundaries in a part', () => multipart(`${part(named('CallSid'), `${SID}${'\r\n-'.repeat(MEGABYTE / 4)}`)}--B--\r\n`)],
  ['a boundary line without an end', () => multipart(`--B${' '.repeat(MEGABYTE)}`)],
  ['boundaries without parts', () => multipart('--B\r\n'.repeat(MEGABYTE / 5))],
  ['many files', () => multipart(`${part(`${named('f')}; filename="f"`, '').repeat(MANY / 8)}--B--\r\n`)],
  ['a part of nothing but names', () => multipart(`${part(`Content-Disposition: form-data;${' name="'.repeat(1_000)}`, SID)}--B--\r\n`)],
  ['a part of nothing but headers', () => multipart(`${part('content-disposition:form-data;'.repeat(MEGABYTE / 30), SID)}--B--\r\n`)],
  ['a preamble', () => multipart(`${'\r\n--A'.repeat(MEGABYTE / 5)}\r\n${part(named('CallSid'), SID)}--B--\r\n`)],
])
