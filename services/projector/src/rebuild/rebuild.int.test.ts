/** A rebuild gives the records that the log gives, beside running projectors, and takes the live projection's place without their noticing. */
import { setTimeout as sleep } from 'node:timers/promises'
import { CALLS_TOPIC, OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import { underRebuildLock } from '@rollcall/store/rebuild/rebuild-lock'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ACCOUNT, delivery, traffic } from '../testing/call-records.ts'
import { until } from '../testing/until.ts'
import { createWorld, type World } from '../testing/world.ts'
import { rebuildProjection } from './rebuild.ts'

/** As much as a rebuild on a busy machine still catches up with. */
const APPEND_EVERY_MS = 20

let world: World
beforeEach(async () => {
  world = await createWorld('embedded')
})
afterEach(() => world?.close())

const rebuild = (swap: boolean, signal = new AbortController().signal) => rebuildProjection({ log: world.log, address: null, databaseUrl: world.databaseUrl, swap, signal })
const schemas = async () =>
  (await world.pool.query<{ nspname: string }>(`SELECT nspname FROM pg_namespace WHERE nspname LIKE 'projection%' ORDER BY 1`)).rows.map((row) => row.nspname)
const versions = async () => {
  const { rows } = await world.pool.query<{ key: string; version: bigint }>(`SELECT account || '|' || call_sid AS key, version FROM projection.calls`)
  return new Map(rows.map(({ key, version }) => [key, Number(version)]))
}
/** What somebody who keeps the last record of every key has. */
const published = async () => new Map([...(await world.changelog())].map(([key, records]) => [key, records.at(-1)]))

describe('rebuild --verify', () => {
  it('finds the live projection equal, changes nothing and leaves nothing', async () => {
    world.start('one')
    await world.append(traffic(500))
    await world.untilFolded()
    const before = await world.digest()
    expect(await rebuild(false)).toMatchObject({ equal: true, swapped: false, calls: 500, observations: 2_000, liveDigest: before.digest, rebuiltDigest: before.digest })
    expect(await world.digest()).toEqual(before)
    expect(await schemas()).toEqual(['projection'])
  })

  it('finds the one call that is not as the log has it', async () => {
    world.start('one')
    await world.append(traffic(50))
    await world.untilFolded()
    await world.pool.query(`UPDATE calls SET digest = sha256('other') WHERE call_sid = 'call-7'`)
    expect(await rebuild(false)).toMatchObject({ equal: false, calls: 50 })
  })

  it('refuses a log that ends before the projection does, and says what to do', async () => {
    const projector = world.start('one')
    await world.append(traffic(50))
    await world.untilFolded()
    await projector.stop()
    world.namespace.current += '-shorter'
    await world.log.ensureTopics([{ name: OBSERVATIONS_TOPIC, partitions: 12, cleanup: 'delete' }])
    await expect(rebuild(false)).rejects.toMatchObject({ exitCode: 2, message: expect.stringMatching(/the log ends at 0.*rebuild --swap/) })
    expect(await schemas()).toEqual(['projection'])
  })
})

describe('rebuild --swap', () => {
  it('puts what the log gives in the place of what was wrong, and tells the changelog what came out differently', async () => {
    world.start('one')
    await world.append(traffic(50))
    await world.untilFolded()
    await world.untilPublished()
    const before = await versions()
    await world.pool.query(
      `UPDATE calls SET digest = sha256('other'), status = 'failed', verified = false, state = jsonb_set(state, '{fields,status,0}', '"failed"') WHERE call_sid = 'call-7'`,
    )
    expect(await rebuild(true)).toMatchObject({ equal: false, swapped: true, calls: 50 })
    await world.untilPublished()
    expect((await versions()).get(`${ACCOUNT}|call-7`)).toBe((before.get(`${ACCOUNT}|call-7`) ?? 0) + 1)
    expect((await published()).get(`${ACCOUNT}|call-7`)).toMatchObject({
      version: (before.get(`${ACCOUNT}|call-7`) ?? 0) + 1,
      status: 'completed',
      changed: ['status', 'verified'],
    })
    // What is not logged would be empty after a crash, and on a replica always.
    const { rows: unlogged } = await world.pool.query(`SELECT relname FROM pg_class WHERE relnamespace = 'projection'::regnamespace AND relpersistence <> 'p'`)
    expect(unlogged).toEqual([])
    await world.append([delivery('after')])
    await world.untilFolded()
    expect(await rebuild(false)).toMatchObject({ equal: true, calls: 51 })
    expect(await schemas()).toEqual(['projection'])
  })

  it('tells the changelog of a call that is gone', async () => {
    world.start('one')
    await world.append(traffic(5))
    await world.untilFolded()
    await world.untilPublished()
    // As if an older reader had taken a record for a call's that is none.
    await world.pool.query(`INSERT INTO calls SELECT account, 'phantom', status, direction, from_number, to_number, exophone, created_at, started_at, ended_at, duration_seconds, conversation_seconds,
      price, leg1_status, leg2_status, leg1_seconds, leg2_seconds, answered_by, recording_url, custom_field, parent_call_sid, forwarded_from, caller_name, verified, first_webhook_at, first_api_at,
      conflicts, state, digest, 7 FROM calls WHERE call_sid = 'call-1'`)
    await world.pool.query(
      `INSERT INTO observations SELECT partition, 1000000, account, 'phantom', surface, event, source, received_at, ce_id, payload_sha256, 'facts', facts FROM observations WHERE call_sid = 'call-1' LIMIT 1`,
    )
    await rebuild(true)
    await world.untilPublished()
    expect((await published()).get(`${ACCOUNT}|phantom`)).toMatchObject({ version: 8, gone: true, changed: [], position: { offset: '1000000' } })
    expect(await versions()).not.toContain(`${ACCOUNT}|phantom`)
  })

  it('goes on with a log that ends before the projection did', async () => {
    const projector = world.start('one')
    await world.append(traffic(50))
    await world.untilFolded()
    await projector.stop()
    world.namespace.current += '-shorter'
    await world.log.ensureTopics([
      { name: OBSERVATIONS_TOPIC, partitions: 12, cleanup: 'delete' },
      { name: CALLS_TOPIC, partitions: 12, cleanup: 'compact' },
    ])
    await world.append([delivery('other')])
    expect(await rebuild(true)).toMatchObject({ swapped: true, calls: 1 })
    world.start('two')
    await world.append([delivery('another')])
    await world.untilFolded()
    await world.untilPublished()
    expect([...(await versions()).keys()].sort()).toEqual([`${ACCOUNT}|another`, `${ACCOUNT}|other`])
    expect([...(await published()).values()].filter((call) => call?.gone).length).toBe(50)
  })

  it('under load, again and again, loses no change: the changelog ends with every call as it is', async () => {
    world.start('one')
    world.start('two')
    const stop = new AbortController()
    let appended = 0
    const load = (async () => {
      while (!stop.signal.aborted) {
        const round = appended++
        const at = `2026-01-01 ${new Date(round * 1_000).toISOString().slice(11, 19)}`
        // The same calls over and over, so that many have changes waiting at any moment.
        await world.append(Array.from({ length: 60 }, (_, nth) => delivery(`call-${nth}`, { Duration: String(round), DateUpdated: at })))
        await sleep(APPEND_EVERY_MS)
      }
    })()
    for (let swap = 0; swap < 3; swap += 1) {
      const moved = appended
      await until('the load goes on', () => appended > moved + 10)
      expect(await rebuild(true)).toMatchObject({ equal: true, swapped: true })
    }
    stop.abort()
    await load
    await world.untilFolded()
    await world.untilPublished()
    const held = await versions()
    const ends = await published()
    expect(held.size).toBe(60)
    expect(new Map([...ends].map(([key, call]) => [key, call?.version]))).toEqual(held)
    expect(await rebuild(false)).toMatchObject({ equal: true, calls: 60 })
  })
})

/** On a machine that is busy with other things, to load takes its time. */
const LOADED_MS_MAX = 120_000

describe('a rebuild that is stopped', () => {
  it('ends in the middle of a statement, changes nothing and leaves nothing', async () => {
    const projector = world.start('one')
    await world.append(traffic(50))
    await world.untilFolded()
    await projector.stop()
    const before = await world.digest()
    const stop = new AbortController()
    const holding = await world.pool.connect()
    let stopped: Promise<unknown> = Promise.resolve()
    let outcome: unknown = null
    try {
      // As a projector in the middle of a batch, which is never cut here: the swap waits for it.
      await holding.query('SET idle_in_transaction_session_timeout = 0; BEGIN; LOCK TABLE projection.projection_positions IN ROW EXCLUSIVE MODE')
      stopped = rebuild(true, stop.signal)
        .catch((error: unknown) => error)
        .then((ended) => {
          outcome = ended
        })
      const waits = async () => {
        const { rows } = await world.pool.query(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'rollcall-rebuild-%' AND wait_event_type = 'Lock'`,
        )
        return rows.length > 0
      }
      await until('the swap waits', waits, LOADED_MS_MAX)
      stop.abort()
      // While the lock is held: nothing but being cancelled can end it.
      await until('the rebuild has ended', async () => outcome !== null, LOADED_MS_MAX)
      expect(outcome).toMatchObject({ name: 'RebuildStoppedError', exitCode: 3 })
    } finally {
      stop.abort()
      holding.release(true)
      await stopped
    }
    expect(await schemas()).toEqual(['projection'])
    expect(await world.digest()).toEqual(before)
  })

  it('does not begin where it was stopped before', async () => {
    await expect(rebuild(false, AbortSignal.abort())).rejects.toMatchObject({ exitCode: 3 })
    expect(await schemas()).toEqual(['projection'])
  })
})

describe('two rebuilds at once', () => {
  it('are one: the second is refused with a message and exit code 2, and the first does not notice', async () => {
    world.start('one')
    await world.append(traffic(50))
    await world.untilFolded()
    const refused = await underRebuildLock(world.pool, async () => {
      await world.pool.query('CREATE SCHEMA projection_rebuild')
      const result = await rebuild(true).then(
        () => null,
        (error: Error & { exitCode?: number }) => error,
      )
      expect(await schemas()).toEqual(['projection', 'projection_rebuild'])
      return result
    })
    expect(refused).toMatchObject({ done: { exitCode: 2, message: expect.stringMatching(/Another rebuild .* has the pid \d+.*one at a time/) } })
    expect(await rebuild(true)).toMatchObject({ equal: true })
  })
})
