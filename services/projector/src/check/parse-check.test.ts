import { describe, expect, it } from 'vitest'
import { parseCheck } from './parse-check.ts'

const parse = (text: string) => parseCheck(text === '' ? [] : text.split(' '), () => 'fresh')

describe('the arguments of check', () => {
  it.each([
    ['--day 2026-11-25', { day: '2026-11-25', account: null, seed: null, json: false }],
    ['--day 2026-11-25 --account acme --json', { day: '2026-11-25', account: 'acme', seed: null, json: true }],
    ['--random', { day: null, account: null, seed: 'fresh', json: false }],
    ['--random --seed 7', { day: null, account: null, seed: '7', json: false }],
  ])('%s', (text, request) => {
    expect(parse(text)).toEqual(request)
  })

  it.each([
    '',
    '--day',
    '--day 2026-13-01',
    '--day yesterday',
    '--random --day 2026-11-25',
    '--random --account acme',
    '--day 2026-11-25 --seed 7',
    '--random --seed=',
    '--weekly',
  ])('refuses %j and says what is needed', (text) => {
    expect(() => parse(text)).toThrow(/needed is: check --day/)
  })
})
