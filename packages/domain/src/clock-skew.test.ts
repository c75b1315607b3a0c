import { expect, it } from 'vitest'
import { judgeSkew } from './clock-skew.ts'

it.each([
  [0, 'ok'],
  [5_000, 'ok'],
  [-5_000, 'ok'],
  [5_001, 'warning'],
  [-60_000, 'warning'],
  [60_001, 'failed'],
  [-7_200_000, 'failed'],
] as const)('clocks %i ms apart: %s', (apart, judged) => expect(judgeSkew(apart)).toBe(judged))
