import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type PostgresPair, startPostgresPair } from '@rollcall/local/postgres/start-postgres-pair'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FaultProxy, startFaultProxy } from '../fault-proxy/start-fault-proxy.ts'

/** For what a busy machine takes its time to do. */
const WAIT = { timeout: 30_000, interval: 100 }

describe('a Postgres primary and its replica', () => {
  let directory: string
  let pair: PostgresPair
  /** Between the replica and the server at this index. */
  const links: FaultProxy[] = []
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rollcall-pair-'))
    await chmod(directory, 0o755)
    pair = await startPostgresPair({
      directory,
      onLine: () => {},
      before: async (node, port) => {
        const link = await startFaultProxy({ target: () => port })
        links[node] = link
        return link.port
      },
    })
  })
  afterAll(async () => {
    await pair?.stop()
    for (const link of links) await link.close()
    if (pair !== undefined) await rm(dirname(dirname(pair.nodes[0].dataDirectory)), { recursive: true, force: true })
    await rm(directory, { recursive: true, force: true })
  })
  const on = async <T extends object>(node: 0 | 1, sql: string): Promise<readonly T[]> => {
    const client = new pg.Client({ connectionString: pair.databaseUrl(pair.nodes[node].port) })
    client.on('error', () => {})
    await client.connect()
    try {
      return (await client.query<T>(sql)).rows
    } finally {
      await client.end()
    }
  }
  const numbers = async (node: 0 | 1): Promise<readonly number[]> => (await on<{ number: number }>(node, 'SELECT number FROM numbers ORDER BY number')).map(({ number }) => number)

  it('has what is written to the primary on the replica, which takes no writes itself', async () => {
    await on(0, 'CREATE TABLE numbers AS SELECT 1 AS number')
    await expect.poll(() => numbers(1).catch(() => []), WAIT).toEqual([1])
    await expect(on(1, 'INSERT INTO numbers VALUES (0)')).rejects.toThrow('read-only')
  })

  it('goes on streaming after either was killed', async () => {
    for (const node of pair.nodes) {
      const { pid } = node
      node.kill('SIGKILL')
      await node.start()
      expect(node.pid).not.toBe(pid)
    }
    await on(0, 'INSERT INTO numbers VALUES (2)')
    await expect.poll(() => numbers(1), WAIT).toEqual([1, 2])
  })

  it('loses by a promotion what had not reached the replica, and nothing else; the former primary then streams from the new one', async () => {
    links[0]?.set({ toClient: { blackhole: true } })
    await on(0, 'INSERT INTO numbers VALUES (3)')
    pair.nodes[0].kill('SIGKILL')
    await pair.promote()
    links[0]?.set({})
    expect(pair.primary()).toBe(1)
    expect(await numbers(1)).toEqual([1, 2])
    await pair.reseed()
    await on(1, 'INSERT INTO numbers VALUES (4)')
    await expect.poll(() => numbers(0), WAIT).toEqual([1, 2, 4])
    await pair.promote()
    expect(pair.primary()).toBe(0)
  })
})
