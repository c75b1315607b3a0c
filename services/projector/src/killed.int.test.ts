/** Killed without warning at any point, the last committed batch is the truth: nothing is lost, nothing counts twice. On real Kafka, as real processes. */
import { setTimeout as sleep } from 'node:timers/promises'
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { rebuildProjection } from './rebuild/rebuild.ts'
import { traffic } from './testing/call-records.ts'
import { randomFrom } from './testing/random-from.ts'
import { until } from './testing/until.ts'
import { createWorld, type World } from './testing/world.ts'

const KILLS = 6
const CALLS = 3_000
/** So many records after it has begun to write, at most. */
const WRITTEN_MAX = 3_000
const LOOK_EVERY_MS = 2
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000)

describe.skipIf(!process.env.CI && inject('kafkaBrokers') === '')('a projector', () => {
  let world: World
  beforeEach(async () => {
    world = await createWorld('kafka')
  })
  afterEach(() => world?.close())

  const folded = async (): Promise<number> => {
    const { rows } = await world.pool.query<{ folded: string }>('SELECT coalesce(sum(next_offset), 0)::text AS folded FROM projection_positions')
    return Number(rows[0]?.folded)
  }
  const untouched = async (): Promise<number> => [...(await world.log.bounds(OBSERVATIONS_TOPIC)).values()].reduce((sum, { next }) => sum + Number(next), 0) - (await folded())
  const observations = async () =>
    (await world.pool.query<{ rows: number; records: number }>('SELECT count(*)::int AS rows, count(DISTINCT ce_id)::int AS records FROM observations')).rows[0]

  it(`killed ${KILLS} times in the middle of its work goes on where it was, to the records that the log gives (seed ${SEED})`, async () => {
    const random = randomFrom(SEED)
    await world.append(traffic(CALLS))
    const seen: number[] = []
    for (let kill = 0; kill < KILLS; kill += 1) {
      const { child, exited } = world.spawn('one')
      const enough = (seen.at(-1) ?? 0) + Math.ceil(random() * WRITTEN_MAX)
      while ((await folded()) < enough) await sleep(LOOK_EVERY_MS)
      child.kill('SIGKILL')
      await exited
      seen.push(await folded())
      // What is there is whole at every moment: one row per record below the positions, and a call for every one that a record named.
      expect(await observations()).toEqual({ rows: seen.at(-1), records: seen.at(-1) })
      // Something must be left to be killed over.
      if ((await untouched()) < 2 * WRITTEN_MAX) await world.append(traffic(CALLS, CALLS * (kill + 1)))
    }
    console.info(`folded at each kill: ${seen.join(', ')}`)
    expect(seen).toEqual(seen.toSorted((a, b) => a - b))
    world.spawn('one')
    await world.untilFolded(60_000)
    const rebuilt = await rebuildProjection({ log: world.log, address: null, databaseUrl: world.databaseUrl, swap: false })
    expect(rebuilt).toMatchObject({ equal: true, observations: await folded(), calls: (await world.digest()).calls })
    expect(await observations()).toEqual({ rows: await folded(), records: await folded() })
  })

  it('takes over what another one held when that is killed, and shares with it when it comes back', async () => {
    const owners = async () => {
      const { rows } = await world.pool.query<{ owner: string; count: number }>(
        'SELECT owner, count(*)::int AS count FROM projection_positions WHERE owner IS NOT NULL GROUP BY owner',
      )
      return Object.fromEntries(rows.map(({ owner, count }) => [owner, count]))
    }
    const owned = (expected: Record<string, number>) =>
      until(`owned as ${JSON.stringify(expected)}`, async () => JSON.stringify(Object.entries(await owners()).sort()) === JSON.stringify(Object.entries(expected).sort()))
    const one = world.start('one')
    const two = world.spawn('two')
    await owned({ one: 6, two: 6 })
    await world.append(traffic(2_000))
    two.child.kill('SIGKILL')
    await world.append(traffic(2_000, 2_000))
    await world.untilFolded()
    await owned({ one: 12 })
    world.spawn('two')
    await owned({ one: 6, two: 6 })
    await world.append(traffic(500, 4_000))
    await world.untilFolded()
    expect(one.status.trouble).toBeNull()
    expect(await rebuildProjection({ log: world.log, address: null, databaseUrl: world.databaseUrl, swap: false })).toMatchObject({ equal: true, calls: 4_500 })
    expect(await observations()).toEqual({ rows: 18_000, records: 18_000 })
  })

  it('stopped like a paused machine while another takes its place is refused when it wakes up, and changes nothing', async () => {
    const zombie = world.spawn('zombie')
    await until('it owns everything', async () => (await world.pool.query(`SELECT FROM projection_positions WHERE owner = 'zombie'`)).rowCount === 12)
    await world.append(traffic(3_000))
    await until('it is in the middle', async () => (await folded()) > 0)
    zombie.child.kill('SIGSTOP')
    const epochs = async () => (await world.pool.query<{ epoch: bigint }>('SELECT epoch FROM projection_positions ORDER BY partition')).rows.map(({ epoch }) => epoch)
    const before = await epochs()
    const next = world.start('next')
    await world.untilFolded()
    const after = await epochs()
    expect(after.filter((epoch, partition) => epoch <= (before[partition] ?? 0n))).toEqual([])
    const digest = await world.digest()
    zombie.child.kill('SIGCONT')
    await until('the two share again', async () => (await world.pool.query(`SELECT FROM projection_positions WHERE owner = 'zombie'`)).rowCount === 6)
    expect(await world.digest()).toEqual(digest)
    expect(await observations()).toEqual({ rows: 12_000, records: 12_000 })
    await world.append(traffic(500, 3_000))
    await world.untilFolded()
    expect(next.status.trouble).toBeNull()
    expect(await rebuildProjection({ log: world.log, address: null, databaseUrl: world.databaseUrl, swap: false })).toMatchObject({ equal: true, calls: 3_500 })
  })
})
