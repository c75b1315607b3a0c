import { HOUR, SECOND } from '@rollcall/domain/time'
import { describe, expect, it } from 'vitest'
import { retryAfterMs } from './retry-after.ts'

const NOW = Date.UTC(2026, 10, 24)
const in20Seconds = new Date(NOW + 20 * SECOND).toUTCString()
const said = (retryAfter: string | string[] | undefined, date?: string, receivedAt = NOW) => retryAfterMs({ headers: { 'retry-after': retryAfter, date }, receivedAt })

describe('a Retry-After', () => {
  it.each<[string | string[] | undefined, number | undefined]>([
    [undefined, undefined],
    ['0', 0],
    ['30', 30_000],
    [' 30 ', 30_000],
    ['1.5', 1_500],
    [in20Seconds, 20_000],
    [new Date(NOW - HOUR).toUTCString(), 0],
    [['5', '30'], 30_000],
    [['soon', '5'], 5_000],
    ['soon', undefined],
    ['-5', undefined],
    ['2026', 2_026_000],
    ['2026-11-24', undefined],
    ['', undefined],
    ['9'.repeat(30), undefined],
  ])('%j asks for %j ms of silence', (retryAfter, ms) => expect(said(retryAfter)).toBe(ms))

  it.each([-2 * HOUR, 0, 2 * HOUR])('is a date of theirs, however far our clock is ahead: %i ms', (ahead) =>
    expect(said(in20Seconds, new Date(NOW).toUTCString(), NOW + ahead)).toBe(20_000),
  )
})
