/** The reconciler in virtual time: whatever goes wrong, nothing is closed, judged or missed that the ledger does not bear out. */
import { randomInt } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import '@rollcall/store/testing/provided-context'
import { simulateRun } from './simulate-run.ts'
import { createSurroundings } from './surroundings.ts'

const SEED_MAX = 2 ** 31 - 1
const first = Number(process.env.SIM_SEED ?? randomInt(SEED_MAX))
const runs = Number(process.env.SIM_RUNS ?? 3)
const seeds = Array.from({ length: runs }, (_, nth) => (first + nth) % SEED_MAX)

let surroundings: Awaited<ReturnType<typeof createSurroundings>>
beforeAll(async () => {
  surroundings = await createSurroundings(inject('superuserUrl'), inject('databaseUrl'))
})
afterAll(() => surroundings?.close())

describe('reconciliation, whatever goes wrong', () => {
  it.each(seeds)('closes no window falsely, judges no webhook missing falsely, misses no call and stays within its share (SIM_SEED=%i SIM_RUNS=1)', async (seed) => {
    const report = await simulateRun(surroundings, seed)
    console.log(JSON.stringify(report))
    expect(report.findings).toEqual([])
  })
})
