import { expect, it } from 'vitest'
import { durationText } from './duration-text.ts'

it.each([
  [-5, '0 ms'],
  [850, '850 ms'],
  [12_400, '12 s'],
  [60_000, '1 min'],
  [200_000, '3 min 20 s'],
  [2 * 3_600_000 + 5 * 60_000, '2 h 5 min'],
  [97 * 3_600_000, '4 d 1 h'],
])('%d ms is %s', (ms, text) => expect(durationText(ms)).toBe(text))
