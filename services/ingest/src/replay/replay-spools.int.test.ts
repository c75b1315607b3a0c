import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { spawnIngest } from '../testing/ingest-process.ts'
import { deliver, drained } from '../testing/kill-in-the-middle.ts'
import { createStage, type Stage } from '../testing/stage.ts'

const DELIVERIES = 30
let stage: Stage
beforeEach(async () => {
  stage = await createStage()
})
afterEach(() => stage.close())

const deliverAll = async () => {
  const ingest = await stage.start()
  for (let index = 0; index < DELIVERIES; index += 1) expect((await deliver(ingest, `call-${index}`)).status).toBe(200)
  await drained(ingest)
  return ingest
}
const replay = async (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
  const { code, out, err } = await spawnIngest(stage.directory, { EMBEDDED_LOG_URL: stage.logUrl(), ...env }, ['replay', ...args]).ended
  return { code, err, result: out.startsWith('{') ? JSON.parse(out) : null }
}
const idsIn = async (from: Stage): Promise<readonly string[]> => (await from.observations()).map(({ id }) => id).sort()

describe('a replay of the spool', () => {
  it('while ingest runs appends every acknowledged webhook again, under the id it has', async () => {
    await deliverAll()
    const before = await idsIn(stage)
    expect(before).toHaveLength(DELIVERIES)
    expect(await replay(['--since=0'])).toMatchObject({ code: 0, result: { spools: 1, replayed: DELIVERIES, outside: 0, damagedBytes: 0 } })
    expect(await idsIn(stage)).toEqual(before.flatMap((id) => [id, id]))
  })

  it('gives a log that has lost all of them what it had, byte for byte', async () => {
    const ingest = await deliverAll()
    ingest.child.kill('SIGKILL')
    await ingest.ended
    const other = await createStage(stage.account)
    try {
      expect(await replay(['--since=0'], { EMBEDDED_LOG_URL: other.logUrl() })).toMatchObject({ code: 0, result: { replayed: DELIVERIES } })
      const contents = async (from: Stage) => (await from.observations()).map((observation) => JSON.stringify(observation)).sort()
      expect(await contents(other)).toEqual(await contents(stage))
    } finally {
      await other.close()
    }
  })

  it('sends nothing of other times', async () => {
    await deliverAll()
    const later = Date.now() + 3_600_000
    expect(await replay([`--since=${later}`])).toMatchObject({ code: 0, result: { replayed: 0, outside: DELIVERIES } })
    expect(await replay(['--since=0', '--until=1'])).toMatchObject({ code: 0, result: { replayed: 0, outside: DELIVERIES } })
    expect(await idsIn(stage)).toHaveLength(DELIVERIES)
  })

  it('passes over a damaged record, and says so', async () => {
    const ingest = await deliverAll()
    ingest.child.kill('SIGKILL')
    await ingest.ended
    const segments = join(stage.directory, 'spool', '0', 'segments')
    const [segment = ''] = (await readdir(segments)).filter((name) => name.endsWith('.segment'))
    const bytes = await readFile(join(segments, segment))
    bytes.writeUInt8(bytes.readUInt8(100) ^ 4, 100)
    await writeFile(join(segments, segment), bytes)
    const { code, result } = await replay(['--since=0'])
    expect([code, result.replayed]).toEqual([3, DELIVERIES - 1])
    expect(result.damagedBytes).toBeGreaterThan(100)
  })

  it.each([
    ['without a time', [], {}, '--since is undefined; needed is: replay --since'],
    ['with an empty span', ['--since=5', '--until=5'], {}, 'which is not later'],
    ['of a folder without spools', ['--since=0'], { INGEST_SPOOL_DIR: '/nowhere/spool' }, '/nowhere/spool has no spool in it'],
  ])('%s is refused with 2', async (_what, args, env, message) => {
    const { code, err } = await replay(args, env)
    expect([code, err]).toEqual([2, expect.stringContaining(message)])
  })
})
