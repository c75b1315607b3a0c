/** Nothing waits for ever for a server that says nothing. */
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { isRetryable, StoreUnavailableError } from './errors.ts'
import { CONNECT_MS_MAX, createPool, type Pool, takeConnection } from './pool.ts'
import { type FreezableServer, openFreezableServer } from './testing/freezable-server.ts'
import './testing/provided-context.ts'
import { inTransaction } from './transaction.ts'

const STATEMENT_MS_MAX = 300
/** What the pool adds for an answer on its way, and a busy machine. */
const PATIENCE_MS = 10_000

let server: FreezableServer
let pool: Pool
beforeEach(async () => {
  server = await openFreezableServer(inject('databaseUrl'))
  pool = createPool({ databaseUrl: server.databaseUrl, applicationName: 'rollcall-test', max: 2, statementMsMax: STATEMENT_MS_MAX })
})
afterEach(async () => {
  server?.thaw()
  await pool?.end()
  await server?.close()
})
const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  )
const alive = async () => (await pool.query<{ alive: number }>('SELECT 1 AS alive')).rows

describe('a pool', () => {
  it('gives up a statement that the server takes too long for, and keeps working', async () => {
    expect(await failureOf(pool.query('SELECT pg_sleep(30)'))).toMatchObject({ code: '57014' })
    expect(await alive()).toEqual([{ alive: 1 }])
  })

  it('gives up a connection that says nothing any more, in a transaction too, and trying again can help', async () => {
    await alive()
    const frozen = inTransaction(pool, async (tx) => {
      server.freeze()
      await tx.query('SELECT 1')
    })
    const began = performance.now()
    const failure = await failureOf(frozen)
    expect(performance.now() - began).toBeLessThan(STATEMENT_MS_MAX + PATIENCE_MS)
    expect([failure, isRetryable(failure)]).toEqual([expect.any(Error), true])
    server.thaw()
    expect(await alive()).toEqual([{ alive: 1 }])
  })

  it('gives up a server that accepts and does not greet, and says so', async () => {
    server.freeze()
    const began = performance.now()
    const failure = await failureOf(takeConnection(pool))
    expect(performance.now() - began).toBeLessThan(CONNECT_MS_MAX + PATIENCE_MS)
    expect(failure).toBeInstanceOf(StoreUnavailableError)
    server.thaw()
    expect(await alive()).toEqual([{ alive: 1 }])
  })
})
