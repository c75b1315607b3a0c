import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createPool, type Pool } from './pool.ts'
import './testing/provided-context.ts'
import { CONFLICTS_MAX, inTransactionAgain } from './transaction.ts'

let pool: Pool
beforeAll(() => {
  pool = createPool({ databaseUrl: inject('databaseUrl'), applicationName: 'rollcall-test', max: 1 })
})
afterAll(() => pool?.end())
const undone = (code: string) => Object.assign(new Error(`undone by ${code}`), { code })
/** Fails so often, and how often it was begun. */
const failing = async (times: number, code: string) => {
  let begun = 0
  const result = await inTransactionAgain(pool, async () => {
    begun += 1
    if (begun <= times) throw undone(code)
    return 'done'
  }).catch((error: Error) => error.message)
  return { begun, result }
}

describe('a transaction that another one was in the way of', () => {
  it.each(['40001', '40P01'])('is done again after %s', async (code) => {
    expect(await failing(2, code)).toEqual({ begun: 3, result: 'done' })
  })

  it('is not done for ever', async () => {
    expect(await failing(1_000, '40P01')).toEqual({ begun: CONFLICTS_MAX, result: 'undone by 40P01' })
  })

  it.each(['23505', '08006'])('is not done again after %s, of which it is not known that it was undone, or that it would be otherwise', async (code) => {
    expect(await failing(1, code)).toEqual({ begun: 1, result: `undone by ${code}` })
  })
})
