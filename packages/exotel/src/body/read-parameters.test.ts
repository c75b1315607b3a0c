import { describe, expect, it } from 'vitest'
import { FIELDS_MAX } from './form-fields.ts'
import { readParameters } from './read-parameters.ts'

const read = (body: string, query: string | null = null) => readParameters({ query, contentType: null, payload: Buffer.from(body) })
const plain = (value: unknown) => JSON.parse(JSON.stringify(value))
const many = (count: number) => Array.from({ length: count }, (_, index) => `n${index}=x`).join('&')
const deep = (levels: number, padding: number) => `${' '.repeat(padding)}${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`

describe('the parameters of a delivery', () => {
  it.each([
    ['a query where there is no body', '', 'a=1&b=%20x', { a: '1', b: ' x' }],
    ['a body, and no query beside it', 'a=1', 'a=2&b=3', { a: '1' }],
    ['a body with a byte order mark and a line end', '\ufeffa=1\r\n', null, { a: '1' }],
    ['JSON with a byte order mark', '\ufeff{"a":1}', null, { a: 1 }],
    ['the first of a repeated field', 'a=1&a=2', null, { a: '1' }],
    ['legs by index', 'Legs[0][Status]=busy&Legs%5B1%5D%5BStatus%5D=', null, { Legs: { 0: { Status: 'busy' }, 1: { Status: '' } } }],
    ['other brackets as plain names', 'Legs[0]=a&Legs[100][b]=c&Legs[0][c][d]=e&x[0][y]=z', null, { 'Legs[0]': 'a', 'Legs[100][b]': 'c', 'Legs[0][c][d]': 'e', 'x[0][y]': 'z' }],
    ['JSON that was made of a form', '{"a":1,"Legs[0][OnCallDuration]":10,"Legs[x]":2}', null, { a: 1, Legs: { 0: { OnCallDuration: 10 } }, 'Legs[x]': 2 }],
    ['nothing', '', null, {}],
  ])('are %s', (_, body, query, parameters) => expect(plain(read(body, query))).toEqual(parameters))

  it.each([
    ['__proto__=x&constructor=y&Legs[0][__proto__]=z', ['__proto__', 'constructor', 'Legs']],
    ['{"__proto__":{"polluted":1},"Legs[0][__proto__]":{"polluted":1}}', ['__proto__', 'Legs']],
  ])('%s are names like any other, and reach no prototype', (body, names) => {
    const parameters = read(body)
    expect(Object.keys(parameters).sort()).toEqual(names.toSorted())
    expect(parameters.polluted).toBeUndefined()
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  it.each([
    ['more fields than a form may have', many(FIELDS_MAX + 1), `the form has more than ${FIELDS_MAX} fields`],
    [
      'more legs than JSON may have',
      JSON.stringify(Object.fromEntries(Array.from({ length: FIELDS_MAX + 1 }, (_, index) => [`Legs[${index}]`, 1]))),
      `the JSON has more than ${FIELDS_MAX} fields of legs`,
    ],
    ['JSON that nests too deep', deep(65, 3_000), 'the JSON nests deeper than 64'],
    ['a list', '[1]', 'the body is JSON but not an object'],
    ['half of JSON', '{"a":', 'the body is not valid JSON'],
    ['markup', '<a/>', 'the body is XML or HTML; JSON or a form is needed'],
  ])('are not there in %s', (_, body, reason) => expect(() => read(body)).toThrow(reason))

  it('are as many and nest as deep as their bounds say', () => {
    expect(Object.keys(read(many(FIELDS_MAX)))).toHaveLength(FIELDS_MAX)
    expect(read(deep(64, 3_000))).toHaveProperty('a')
    expect(read(deep(65, 0))).toHaveProperty('a')
    const legs = Object.fromEntries(Array.from({ length: FIELDS_MAX }, (_, index) => [`Legs[${index}]`, 1]))
    expect(Object.keys(read(JSON.stringify(legs)))).toHaveLength(FIELDS_MAX)
  })
})
