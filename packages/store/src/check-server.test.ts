import { describe, expect, it } from 'vitest'
import { checkServer, type ServerSettings, serverProblems, UnsafeServerError } from './check-server.ts'
import type { Queryable } from './queryable.ts'

const safe: ServerSettings = { fsync: 'on', fullPageWrites: 'on', synchronousCommit: 'on' }
/** A server that says so. */
const server = (settings: ServerSettings, now = 0): Queryable =>
  ({ query: async () => ({ rows: [{ ...settings, version: '18.4', role: 'r', now: new Date(now) }] }) }) as unknown as Queryable
const clock = () => 0

describe('a server', () => {
  it.each(['on', 'local', 'remote_write', 'remote_apply'])('may commit with synchronous_commit %s: each waits for its own disk', (synchronousCommit) => {
    expect(serverProblems({ ...safe, synchronousCommit })).toEqual([])
  })

  it.each([
    ['fsync', { fsync: 'off' }, 'ALTER SYSTEM SET fsync = on'],
    ['full_page_writes', { fullPageWrites: 'off' }, 'ALTER SYSTEM SET full_page_writes = on'],
    ['synchronous_commit', { synchronousCommit: 'off' }, 'ALTER ROLE CURRENT_USER SET synchronous_commit = on'],
  ])('is refused with %s off, in words an operator can act on, unless unsafe is allowed', async (setting, changes, fix) => {
    const refused = checkServer(server({ ...safe, ...changes }), { allowUnsafe: false, clock })
    await expect(refused).rejects.toThrow(UnsafeServerError)
    await expect(refused).rejects.toMatchObject({ exitCode: 2, message: expect.stringMatching(new RegExp(`^${setting} is off .*needed is on.*${fix}`)) })
    expect(await checkServer(server({ ...safe, ...changes }), { allowUnsafe: true, clock })).toEqual([expect.stringContaining(`${setting} is off`)])
  })

  it.each([
    [6_000, "this machine's clock is 6.0 s behind Postgres's; needed is at most 5 s"],
    [-7_200_000, "this machine's clock is 7200.0 s ahead of Postgres's"],
  ])('whose clock is %i ms ahead is worked with, aloud', async (ahead, warning) => {
    expect(await checkServer(server(safe, ahead), { allowUnsafe: false, clock })).toEqual([expect.stringContaining(warning)])
  })

  it('that is as it should be is not mentioned', async () => {
    expect(await checkServer(server(safe, 5_000), { allowUnsafe: false, clock })).toEqual([])
  })

  it('is told of everything at once', async () => {
    const refused = checkServer(server({ fsync: 'off', fullPageWrites: 'off', synchronousCommit: 'off' }), { allowUnsafe: false, clock })
    await expect(refused).rejects.toThrow(/fsync.*\nfull_page_writes.*\nsynchronous_commit/)
  })
})
