/** DATABASE_URL with several hosts: each new connection goes to the one that takes writes, and nobody has to say that another one does. */
import { setTimeout as sleep } from 'node:timers/promises'
import { isRetryable, StoreUnavailableError } from '@rollcall/store/errors'
import { createPool, type Pool, takeConnection } from '@rollcall/store/pool'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type PostgresPair, startPostgresPair } from './postgres-pair.ts'

const AGAIN_MS = 50
const NOTICED_MS_MAX = 30_000

let pair: PostgresPair
let pool: Pool
beforeEach(async () => {
  pair = await startPostgresPair()
  // The standby comes first: it must be passed over.
  const [, login, one, two, rest] = /^(.*@)([^,]*),([^/]*)(.*)$/.exec(pair.databaseUrl) ?? []
  pool = createPool({ databaseUrl: `${login}${two},${one}${rest}`, applicationName: 'rollcall-test', max: 4 })
  await pool.query('CREATE SCHEMA projection')
  await pool.query('CREATE TABLE written (number int)')
})
afterEach(async () => {
  await pool?.end()
  await pair?.stop()
})

const portsOfAll = async () => {
  const connections = await Promise.all([1, 2, 3, 4].map(() => takeConnection(pool)))
  try {
    return await Promise.all(connections.map(async (connection) => (await connection.query<{ port: number }>('SELECT inet_server_port() AS port')).rows[0]?.port))
  } finally {
    for (const connection of connections) connection.release()
  }
}
/** Tries as the services do, again while trying again can help. */
const untilWritten = async (number: number): Promise<void> => {
  for (;;) {
    try {
      await pool.query('INSERT INTO written VALUES ($1)', [number])
      return
    } catch (error) {
      if (!isRetryable(error)) throw error
      await sleep(AGAIN_MS)
    }
  }
}

describe('a pool on a primary and its copy', () => {
  it('works on the primary, goes to the copy when that is promoted, and does not go back when the former primary returns', async () => {
    expect(new Set(await portsOfAll())).toEqual(new Set([pair.primary.port]))
    await untilWritten(1)
    await pair.killPrimary()
    const away = await pool.query('SELECT 1').catch((error: unknown) => error)
    expect(isRetryable(away)).toBe(true)
    // A connection in the pool is as good as any until its own socket tells of the end.
    await vi.waitFor(() => expect(pool.totalCount).toBe(0), { timeout: NOTICED_MS_MAX })
    await expect(takeConnection(pool)).rejects.toThrow(/no server of DATABASE_URL can be used: .*takes no writes.*does not answer/)
    await pair.promote()
    const began = performance.now()
    await untilWritten(2)
    console.info(`written again ${Math.round(performance.now() - began)} ms after the promotion`)
    expect(new Set(await portsOfAll())).toEqual(new Set([pair.replica.port]))

    await pair.reviveFormerPrimary()
    const others = createPool({ databaseUrl: pair.databaseUrl, applicationName: 'rollcall-test', max: 1 })
    // A process that starts now, to which the former primary is named first, and takes writes.
    expect((await others.query('SELECT inet_server_port() AS port')).rows).toEqual([{ port: pair.replica.port }])
    await others.end()
    await pair.replica.stop()
    await expect(takeConnection(pool)).rejects.toThrow(/is on timeline 1, but 2 was seen: it was replaced by a promoted server/)
  })

  it('leaves a primary that takes no more writes, with every connection it had', async () => {
    await portsOfAll()
    await pair.onPrimary('ALTER SYSTEM SET default_transaction_read_only = on')
    await pair.onPrimary('SELECT pg_reload_conf()')
    await pair.promote()
    await untilWritten(3)
    expect(new Set(await portsOfAll())).toEqual(new Set([pair.replica.port]))
  })

  it('says which server said what when none takes writes, and that trying again can help', async () => {
    await pair.killPrimary()
    const failure = () => pool.query('INSERT INTO written VALUES (4)').catch((error: unknown) => error)
    expect(isRetryable(await failure())).toBe(true)
    expect(await failure()).toBeInstanceOf(StoreUnavailableError)
    await pair.reviveFormerPrimary()
    await untilWritten(4)
  })
})
