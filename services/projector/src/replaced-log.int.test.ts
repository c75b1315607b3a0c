/** A log that is not the one the projection came from stops the projector, with a message: a position is never reset. On real Kafka. */
import { OBSERVATIONS_TOPIC, TOPICS } from '@rollcall/contracts/topics'
import { deleteTopic } from '@rollcall/event-log/testing/delete-topic'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { ACCOUNT, delivery, traffic } from './testing/call-records.ts'
import { until } from './testing/until.ts'
import { createWorld, type World } from './testing/world.ts'

const HALT_MS_MAX = 5_000
const HALT = { exitCode: 2, message: expect.stringMatching(/rollcall\.observations\.v1\[\d+\]: .*folded up to \d+.*Nothing was changed.*rebuild --swap/) }

describe.skipIf(!process.env.CI && inject('kafkaBrokers') === '')('a projector', () => {
  let world: World
  beforeEach(async () => {
    world = await createWorld('kafka')
  })
  afterEach(() => world?.close())

  const positions = async () => (await world.pool.query('SELECT partition, next_offset, last_record_sha256 FROM projection_positions ORDER BY 1')).rows
  const replaceLog = async () => {
    world.namespace.current += '-other'
    await world.log.ensureTopics(TOPICS)
  }

  it('halts within seconds when the log under it is suddenly empty, and changes nothing', async () => {
    const projector = world.start('one')
    await world.append(traffic(200))
    await world.untilFolded()
    const before = await positions()
    const { current } = world.namespace
    await replaceLog()
    const began = performance.now()
    await expect(projector.ended).rejects.toMatchObject(HALT)
    expect(performance.now() - began).toBeLessThan(HALT_MS_MAX)
    expect(await positions()).toEqual(before)
    // With the log back it goes on as if nothing had been.
    world.namespace.current = current
    world.start('one')
    await world.append(traffic(10, 200))
    await world.untilFolded()
    expect((await world.digest()).calls).toBe(210)
  })

  it('halts within seconds when the topic is deleted under it, and again when that was made anew', async () => {
    const projector = world.start('one')
    await world.append(traffic(200))
    await world.untilFolded()
    const before = await positions()
    await deleteTopic(inject('kafkaBrokers').split(','), `${world.namespace.current}.${OBSERVATIONS_TOPIC}`)
    const began = performance.now()
    await expect(projector.ended).rejects.toMatchObject({ ...HALT, message: expect.stringMatching(/has no such topic/) })
    const haltedMs = performance.now() - began
    console.info(`halted ${Math.round(haltedMs)} ms after the topic was deleted`)
    expect(haltedMs).toBeLessThan(HALT_MS_MAX)
    await until('it can be made anew', () =>
      world.log.ensureTopics(TOPICS).then(
        () => true,
        () => false,
      ),
    )
    await expect(world.start('one').ended).rejects.toMatchObject(HALT)
    expect(await positions()).toEqual(before)
  })

  it('waits for a topic of which nothing is folded yet', async () => {
    await deleteTopic(inject('kafkaBrokers').split(','), `${world.namespace.current}.${OBSERVATIONS_TOPIC}`)
    const { status } = world.start('one')
    await until('it says so', () => status.trouble !== null)
    await until('it can be made anew', () =>
      world.log.ensureTopics(TOPICS).then(
        () => true,
        () => false,
      ),
    )
    await world.append(traffic(10))
    await world.untilFolded()
  })

  it('halts at its start when the log holds as many records, but others', async () => {
    const one = world.start('one')
    await world.append(traffic(100))
    await world.untilFolded()
    await one.stop()
    const before = await positions()
    await replaceLog()
    const bounds = await world.log.bounds(OBSERVATIONS_TOPIC)
    expect([...bounds.values()].every(({ next }) => next === 0n)).toBe(true)
    await world.append(traffic(100))
    await expect(world.start('one').ended).rejects.toMatchObject({ ...HALT, message: expect.stringMatching(/is not the one that was folded last/) })
    expect(await positions()).toEqual(before)
  })

  it('halts on another cluster, by its name', async () => {
    const one = world.start('one')
    await world.append([delivery('c1')])
    await world.untilFolded()
    await one.stop()
    const openLog = async () => ({ ...(await world.openLog()), clusterId: async () => 'another-cluster' })
    await expect(world.start('one', { openLog }).ended).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/configured log is another-cluster.*Nothing was changed/),
    })
  })

  it('takes in a call whose observations stand in several partitions, also with two at work', async () => {
    world.start('one')
    world.start('two')
    const ours = async () => (await world.pool.query('SELECT DISTINCT owner FROM projection_positions')).rowCount
    await until('both work', async () => (await ours()) === 2)
    for (let round = 0; round < 20; round += 1) {
      await world.append(
        traffic(20).map((record, nth) => ({
          ...record,
          key: `${ACCOUNT}|surface-${(nth + round) % 7}`,
          value: Buffer.from(record.value.toString().replace('"completed"', round % 2 === 0 ? '"completed"' : '"busy"')),
        })),
      )
    }
    await world.untilFolded()
    await world.untilPublished()
    const { rows } = await world.pool.query<{ key: string; version: bigint }>(`SELECT account || '|' || call_sid AS key, version FROM calls`)
    const ends = new Map([...(await world.changelog())].map(([key, records]) => [key, records.at(-1)?.version]))
    expect(ends).toEqual(new Map(rows.map(({ key, version }) => [key, Number(version)])))
  })
})
