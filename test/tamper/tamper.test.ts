import { describe, expect, it } from 'vitest'
import { runTampers } from './run-tampers.ts'
import { TAMPERS } from './tamper-kinds.ts'

/** A sample of what `pnpm prove:tamper` does ten thousand times. */
const TIMES_EACH = 8

describe('tampering with evidence', () => {
  it('is caught, in whatever way it is done', async () => {
    const seed = Date.now() % 1_000_000
    const tallies = await runTampers(TIMES_EACH * Object.keys(TAMPERS).length, seed)
    expect([...tallies.values()].flatMap(({ missed }) => missed)).toEqual([])
    for (const { tried } of tallies.values()) expect(tried).toBe(TIMES_EACH)
  })
})
