import { describe, expect, it } from 'vitest'
import { meaningfulText, writtenText } from './meaningful-text.ts'

describe('a field', () => {
  const NOTHING: readonly unknown[] = [undefined, null, '', '  ', 'null', ' null ', '""', '"null"', "['']", "['null']", '[""]', [], [null], [''], ['null']]
  it.each(NOTHING.map((value) => ({ value })))('of $value says nothing', ({ value }) => expect(meaningfulText(value)).toBeUndefined())

  it.each<readonly [unknown, string]>([
    ['completed', 'completed'],
    ['  completed\r\n', 'completed'],
    ['"1"', '1'],
    ['"12#"', '12#'],
    ["['completed']", 'completed'],
    ["[ 'completed' ]", 'completed'],
    ['["completed"]', 'completed'],
    [['completed'], 'completed'],
    [[17], '17'],
    [17, '17'],
    [0, '0'],
    ["['a', 'b']", "['a', 'b']"],
    ['"a" and "b"', '"a" and "b"'],
    ['[1]', '[1]'],
    ['"', '"'],
    ['NULL', 'NULL'],
    ['a\0b', 'a\uFFFDb'],
    ['\ud83d\ude00', '\ud83d\ude00'],
    ['\ud83dx', '\uFFFDx'],
  ])('of %j says %j', (value, text) => expect(meaningfulText(value)).toBe(text))

  const NO_TEXT: readonly unknown[] = [true, false, {}, { toString: 'x' }, ['a', 'b'], [['a']], [{}]]
  it.each(NO_TEXT.map((value) => ({ value })))('of $value is no text', ({ value }) => expect(meaningfulText(value)).toBeNull())
})

describe("a field of the customer's own", () => {
  it.each<readonly [unknown, string | undefined | null]>([
    ['"quoted"', '"quoted"'],
    ["['x']", "['x']"],
    [' spaced ', 'spaced'],
    ['null', undefined],
    [7, '7'],
    [['x'], null],
  ])('of %j says %j', (value, text) => expect(writtenText(value)).toBe(text))
})
