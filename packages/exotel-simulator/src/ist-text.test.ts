import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { istLongText, istText, parseIstText } from './ist-text.ts'

describe('IST text', () => {
  it('is five and a half hours ahead of UTC, whatever the host says', () => {
    expect(istText(0)).toBe('1970-01-01 05:30:00')
    expect(istText(Date.UTC(2026, 1, 28, 18, 30))).toBe('2026-03-01 00:00:00')
    expect(istLongText(Date.UTC(2022, 1, 23, 7, 1, 59))).toBe('Wed, 23 Feb 2022 12:31:59')
  })

  it('reads back what it wrote', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (second) => parseIstText(istText(second * 1_000)) === second * 1_000))
  })

  it.each(['2026-02-30 00:00:00', '2026-01-01 24:00:00', '2026-01-01T00:00:00', '2026-01-01', '2026-01-01 00:00:00Z', ''])('refuses %j', (text) => {
    expect(parseIstText(text)).toBeNull()
  })
})
