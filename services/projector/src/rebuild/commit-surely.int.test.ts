import type { Connection } from '@rollcall/store/pool'
import { currentTransactionId } from '@rollcall/store/transaction-status'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createWorld, type World } from '../testing/world.ts'
import { commitSurely } from './commit-surely.ts'

let world: World
let tx: Connection
beforeEach(async () => {
  world = await createWorld('embedded')
  await world.pool.query('CREATE TABLE done (id int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED)')
  tx = await world.pool.connect()
  // Whoever ends its session in the test means it.
  tx.on('error', () => {})
})
afterEach(async () => {
  tx?.release(true)
  await world?.close()
})

const noPause = async (): Promise<void> => {}
const work = async (): Promise<void> => {
  await tx.query('INSERT INTO done VALUES (1)')
}
const rows = async () => (await world.pool.query('SELECT FROM done')).rows.length
const lost = new Error('Connection terminated unexpectedly')
/** The same connection, of which a COMMIT goes another way. */
const withCommit = (commit: () => Promise<unknown>): Connection =>
  new Proxy(tx, { get: (target, name) => (name === 'query' ? (text: string) => (text === 'COMMIT' ? commit() : target.query(text)) : Reflect.get(target, name, target)) })

describe('a COMMIT that must not be in doubt', () => {
  it('is done when it is answered', async () => {
    await commitSurely(tx, world.pool, work, noPause)
    expect(await rows()).toBe(1)
  })

  it('is done when it was done and the answer was lost', async () => {
    const committedAndCut = withCommit(async () => {
      await tx.query('COMMIT')
      throw lost
    })
    await commitSurely(committedAndCut, world.pool, work, noPause)
    expect(await rows()).toBe(1)
  })

  it('fails as it failed where the server undid it with the session', async () => {
    const ended = withCommit(async () => {
      const { rows: pids } = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
      await world.pool.query('SELECT pg_terminate_backend($1)', [pids[0]?.pid])
      throw lost
    })
    await expect(commitSurely(ended, world.pool, work, () => new Promise((resolve) => setImmediate(resolve)))).rejects.toBe(lost)
    expect(await rows()).toBe(0)
  })

  it('fails as it failed where the server refuses it, without asking', async () => {
    const twice = async (): Promise<void> => {
      await tx.query('INSERT INTO done VALUES (1), (1)')
    }
    let asked = false
    const others = new Proxy(world.pool, {
      get: (target, name) => {
        asked = true
        return Reflect.get(target, name, target)
      },
    })
    await expect(commitSurely(tx, others, twice, noPause)).rejects.toMatchObject({ code: '23505' })
    expect(asked).toBe(false)
  })

  it('fails as its work failed, without asking', async () => {
    const failure = new Error('the log is away')
    await expect(commitSurely(tx, world.pool, () => Promise.reject(failure), noPause)).rejects.toBe(failure)
  })

  it('says that it is not known, with the transaction to ask for, where the server goes on with it', async () => {
    let pauses = 0
    let id = ''
    const unanswered = withCommit(async () => {
      id = await currentTransactionId(tx)
      throw lost
    })
    const paused = async (): Promise<void> => {
      pauses += 1
    }
    await expect(commitSurely(unanswered, world.pool, work, paused)).rejects.toMatchObject({ name: 'SwapUnknownError', exitCode: 3, cause: lost })
    await expect(commitSurely(unanswered, world.pool, noPause, paused)).rejects.toThrow(`pg_xact_status('${id}')`)
    expect(pauses).toBe(120)
  })
})
