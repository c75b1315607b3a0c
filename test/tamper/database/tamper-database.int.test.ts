import { describe, expect, inject, it } from 'vitest'
import { runDatabaseTampers } from './run-database-tampers.ts'

/** A sample of what `pnpm prove:tamper --on database` does ten thousand times. */
const COUNT = 40
const LANES = 2

describe('tampering with a database as its superuser', () => {
  it('is caught, whatever is changed of what is evidence; and where nothing is, no check finds anything', async () => {
    const seed = Date.now() % 1_000_000
    const { missed, wrong, caught } = await runDatabaseTampers(
      { superuserUrl: inject('superuserUrl'), databaseUrl: inject('databaseUrl') },
      { count: COUNT, seed, from: 0, lanes: LANES },
    )
    expect({ missed, wrong, caught }).toEqual({ missed: [], wrong: [], caught: COUNT })
  })
})
