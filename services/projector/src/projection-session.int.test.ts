/** Folding goes on: past what is refused, taken away, silent or out of reach, and partition by partition. */
import { CALLS_TOPIC } from '@rollcall/contracts/topics'
import { HOUR } from '@rollcall/domain/time'
import { type EventLog, LogUnavailableError } from '@rollcall/event-log/event-log'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { rebuildProjection } from './rebuild/rebuild.ts'
import { delivery, traffic } from './testing/call-records.ts'
import { until } from './testing/until.ts'
import { createWorld, type World } from './testing/world.ts'
import { STALL_MS_MAX } from './watchdog.ts'

let world: World
beforeEach(async () => {
  world = await createWorld('embedded')
})
afterEach(() => world?.close())

const changed = (changes: (log: EventLog) => Partial<EventLog>) => async () => {
  const log = await world.openLog()
  return { ...log, ...changes(log) }
}
const observations = async () =>
  (await world.pool.query<{ rows: number; records: number }>('SELECT count(*)::int AS rows, count(DISTINCT ce_id)::int AS records FROM observations')).rows[0]

describe('a projector', () => {
  it('skips nothing when its claim is taken away in the middle, and never leaves a partition behind', async () => {
    const { status } = world.start('one')
    await until('it folds', () => status.owned.length === 12)
    let calls = 0
    for (let theft = 0; theft < 8; theft += 1) {
      await world.append(traffic(200, calls))
      calls += 200
      // Some of its partitions are somebody else's for a moment; that one writes nothing and goes away.
      // One at a time: a statement that locks several meets one that renews them in another order.
      for (const partition of status.owned.filter((owned) => owned % 3 === theft % 3))
        await world.pool.query(`UPDATE projection_positions SET epoch = epoch + 1, owner = 'ghost', lease_until = now() + interval '300 ms' WHERE partition = $1`, [partition])
      await world.append(traffic(200, calls))
      calls += 200
    }
    await world.untilFolded()
    expect(await observations()).toEqual({ rows: calls * 4, records: calls * 4 })
    expect(await rebuildProjection({ log: world.log, address: null, databaseUrl: world.databaseUrl, swap: false })).toMatchObject({ equal: true, calls })
    await until('it owns all again', () => status.owned.length === 12)
  })

  it('takes a position for what it is that moved after it asked how far the log goes', async () => {
    const one = world.start('one')
    await world.append(traffic(100))
    await world.untilFolded()
    await one.stop()
    const stale = new Map([...(await world.log.bounds('rollcall.observations.v1'))].map(([partition]) => [partition, { low: 0n, next: 0n }]))
    let asked = 0
    const openLog = changed((log) => ({ bounds: (topic) => (asked++ === 0 ? Promise.resolve(stale) : log.bounds(topic)) }))
    const two = world.start('two', { openLog })
    await until('it folds', () => two.status.owned.length === 12)
    await world.append(traffic(100, 100))
    await world.untilFolded()
    expect(two.status.trouble).toBeNull()
  })

  it('folds again what a replica that was promoted did not have, also where nothing new comes', async () => {
    const { status } = world.start('one')
    await world.append(traffic(100))
    await world.untilFolded()
    await until('it folds', () => status.owned.length === 12)
    const before = await world.digest()
    // As it stood before the first batch: rows and positions go back together.
    await world.pool.query(`WITH rows AS (DELETE FROM observations), calls AS (DELETE FROM calls), outbox AS (DELETE FROM outbox)
                            UPDATE projection_positions SET next_offset = 0, last_record_sha256 = NULL`)
    await world.untilFolded()
    expect(await world.digest()).toEqual(before)
    expect(await observations()).toEqual({ rows: 400, records: 400 })
  })

  it('folds on while the changelog is away, says so, and publishes when it is back', async () => {
    let away = true
    const openLog = changed((log) => ({
      append: (topic, records, options) => (away && topic === CALLS_TOPIC ? Promise.reject(new LogUnavailableError('no replica in sync')) : log.append(topic, records, options)),
    }))
    const { status } = world.start('one', { openLog })
    await world.append(traffic(100))
    await world.untilFolded()
    await until('it says so', () => status.publishTrouble !== null)
    await world.append(traffic(100, 100))
    await world.untilFolded()
    expect([status.trouble, status.publishTrouble]).toEqual([null, 'no replica in sync'])
    away = false
    await world.untilPublished()
    await until('it says so', () => status.publishTrouble === null)
    expect((await world.changelog()).size).toBe(200)
  })

  it('waits longer each time when the log opens and then cannot be read, and is not ready meanwhile', async () => {
    const opened: number[] = []
    let broken = true
    const openLog = async () => {
      opened.push(performance.now())
      const log = await world.openLog()
      return { ...log, read: (...args: Parameters<EventLog['read']>) => (broken ? Promise.reject(new LogUnavailableError('no leader')) : log.read(...args)) }
    }
    const { status } = world.start('one', { openLog })
    await until('it has tried four times', () => opened.length === 5)
    const waits = opened.slice(1).map((at, nth) => at - (opened[nth] ?? 0))
    expect(waits.map((ms, nth) => ms >= 200 * 2 ** nth)).toEqual([true, true, true, true])
    expect(status.trouble).toBe('no leader')
    broken = false
    await world.append([delivery('c1')])
    await world.untilFolded()
    await until('it is well', () => status.trouble === null)
  })

  it('notices one partition that stands still while the others move, though the clock is set back meanwhile: first a new client, then it leaves', async () => {
    const time = { skipped: 0, setBack: 0 }
    let opened = 0
    // A client that never gives what is in partition 3.
    const openLog = async () => {
      opened += 1
      const log = await world.openLog()
      const read: EventLog['read'] = async (topic, from, options) => log.read(topic, new Map([...from].filter(([partition]) => partition !== 3)), options)
      return { ...log, read }
    }
    const projector = world.start('one', { openLog, clock: () => Date.now() - time.setBack, monotonic: () => performance.now() + time.skipped })
    const loading = new AbortController()
    const load = (async () => {
      for (let from = 0; !loading.signal.aborted; from += 20) await world.append(traffic(20, from))
    })()
    const moving = async () => {
      const before = projector.status.observations
      await until('the others move', () => projector.status.observations > before + 500)
    }
    try {
      await moving()
      expect(opened).toBe(1)
      time.setBack = 2 * HOUR
      time.skipped += STALL_MS_MAX
      await until('a new client', () => opened === 2)
      await moving()
      time.skipped += STALL_MS_MAX + 1_000
      await expect(projector.ended).rejects.toThrow('partitions 3 stand still')
    } finally {
      loading.abort()
      await load
    }
  })

  it.each(['read', 'bounds', 'close'] as const)('ends when it is told to, in spite of a %s that never answers and hears no signal', async (what) => {
    let asked = 0
    const openLog = changed(() => ({
      [what]: () => {
        asked += 1
        return new Promise(() => {})
      },
    }))
    const projector = world.start('one', { openLog })
    await until('it is under way', () => (what === 'close' ? projector.status.owned.length === 12 : asked > 0))
    const began = performance.now()
    await projector.stop()
    expect(performance.now() - began).toBeLessThan(18_000)
  })
})
