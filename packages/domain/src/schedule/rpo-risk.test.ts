import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MINUTE } from '../time.ts'
import { AT_RISK_SHARE, CALM, CALM_FOR_MS, CALM_SHARE, nextRisk, type RpoRisk } from './rpo-risk.ts'

const available = 50
/** What was needed in each minute, one after the other. */
const after = (...needed: readonly number[]): RpoRisk => needed.reduce((risk, each, minute) => nextRisk(risk, { needed: each, available }, minute * MINUTE), CALM)
const minutes = (count: number, needed: number): number[] => Array.from({ length: count }, () => needed)
const CALM_MINUTES = CALM_FOR_MS / MINUTE

describe('the alarm of the RPO', () => {
  it.each<[string, number[], boolean]>([
    ['is off while nine tenths suffice', minutes(60, AT_RISK_SHARE * available), false],
    ['comes on as soon as they do not', [AT_RISK_SHARE * available + 0.1], true],
    ['stays on while more than eight tenths are needed', [50, ...minutes(60, CALM_SHARE * available + 0.1)], true],
    ['stays on until it has been calm for a quarter of an hour', [50, ...minutes(CALM_MINUTES, CALM_SHARE * available)], true],
    ['goes off then', [50, ...minutes(CALM_MINUTES + 1, CALM_SHARE * available)], false],
    ['counts that quarter of an hour anew where it was not calm in between', [50, ...minutes(CALM_MINUTES, 0), 42, ...minutes(CALM_MINUTES, 0)], true],
  ])('%s', (_rule, needed, atRisk) => expect(after(...needed).atRisk).toBe(atRisk))

  it('comes on in a silence', () => expect(nextRisk(CALM, { needed: 1, available: 0 }, 0).atRisk).toBe(true))
  it('is off where nothing is needed', () => expect(nextRisk(CALM, { needed: 0, available: 0 }, 0).atRisk).toBe(false))

  it('never changes twice within the quarter of an hour', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(60), { maxLength: 200 }), (needed) => {
        const risks = needed.map((_, minute) => after(...needed.slice(0, minute + 1)).atRisk)
        const offs = risks.flatMap((risk, minute) => (minute > 0 && !risk && risks[minute - 1] ? [minute] : []))
        for (const off of offs) expect(risks.slice(Math.max(0, off - CALM_MINUTES), off).every(Boolean)).toBe(true)
      }),
    )
  })
})
