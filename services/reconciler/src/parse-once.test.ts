import { describe, expect, it } from 'vitest'
import { parseBackfill } from './parse-backfill.ts'
import { parseOnce, TIMEOUT_MS_DEFAULT } from './parse-once.ts'

const RANGE = ['--from', '2026-01-01T00:00:00+05:30', '--to', '2026-01-01T01:00:00+05:30']

describe('a request to backfill', () => {
  it('may be for more than Exotel keeps, and only ask what it would take', () =>
    expect(parseBackfill(['--account', 'acme', '--from', '2025-01-01T00:00:00Z', '--to', '2026-01-01T00:00:00Z', '--dry-run'])).toMatchObject({ dryRun: true, json: false }))

  it('with an unknown argument, or for years, is refused with what is needed', () => {
    expect(() => parseBackfill(['--accont', 'acme'])).toThrow(/--accont.*needed is: backfill --account/)
    expect(() => parseBackfill(['--account', 'acme', '--from', '2020-01-01T00:00:00Z', '--to', '2026-01-01T00:00:00Z'])).toThrow(/are 2192 days; needed are at most 731/)
  })
})

describe('a one-shot request', () => {
  it('names an account and a range', () => {
    expect(parseOnce(['--account', 'acme', ...RANGE, '--json'])).toEqual({
      account: 'acme',
      from: Date.UTC(2025, 11, 31, 18, 30),
      to: Date.UTC(2025, 11, 31, 19, 30),
      json: true,
      untilFinal: false,
      timeoutMs: TIMEOUT_MS_DEFAULT,
    })
  })

  it('may go on until its range is final, for so many seconds', () =>
    expect(parseOnce(['--account', 'acme', ...RANGE, '--until-final', '--timeout', '90'])).toMatchObject({ untilFinal: true, timeoutMs: 90_000 }))

  it.each<[string, string[], RegExp]>([
    ['a time-out that is none', ['--account', 'acme', ...RANGE, '--until-final', '--timeout', '1h'], /--timeout is "1h"; needed is a number of seconds, such as 21600/],
    ['no account', RANGE, /--account is not given/],
    ['no end', ['--account', 'acme', '--from', '2026-01-01T00:00:00Z'], /--to is not given; needed is a time with its zone/],
    [
      'a time without a zone',
      ['--account', 'acme', '--from', '2026-01-01 00:00:00', '--to', '2026-01-01T00:00:00Z'],
      /--from is "2026-01-01 00:00:00"; needed is a time with its zone/,
    ],
    ['an end before the beginning', ['--account', 'acme', '--from', '2026-01-02T00:00:00Z', '--to', '2026-01-01T00:00:00Z'], /is not before --to/],
    ['more than Exotel keeps', ['--account', 'acme', '--from', '2025-01-01T00:00:00Z', '--to', '2026-01-01T00:00:00Z'], /are 365 days; needed are at most 186/],
    ['an unknown argument', ['--acount', 'acme'], /--acount.*needed is: once --account/],
  ])('with %s is refused with what is needed', (_case, args, message) => {
    expect(() => parseOnce(args)).toThrow(message)
  })
})
