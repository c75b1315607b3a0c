import { describe, expect, it } from 'vitest'
import { LogReplacedError } from '../event-log.ts'
import type { KafkaBroker } from './kafka-cluster.ts'
import { ASKED_AGAIN_MS, openLogGuard } from './log-guard.ts'

const OURS = 'our-cluster-id'
const FIRST_TOPIC = Buffer.alloc(16, 1)
const SECOND_TOPIC = Buffer.alloc(16, 2)
const TOPIC = 't'
const UNKNOWN_TOPIC = 3

/** Metadata of version 10 as a broker answers it: one broker, the cluster, one topic. */
const metadata = (clusterId: string, topicId: Buffer, errorCode: number): Buffer => {
  const text = (value: string) => Buffer.concat([Buffer.of(value.length + 1), Buffer.from(value)])
  const short = Buffer.alloc(2)
  short.writeInt16BE(errorCode)
  const brokers = [Buffer.of(2), Buffer.alloc(4), text('host'), Buffer.alloc(4), Buffer.of(0), Buffer.of(1, 7, 2, 255, 255)]
  return Buffer.concat([Buffer.of(0), Buffer.alloc(4), ...brokers, text(clusterId), Buffer.alloc(4), Buffer.of(2), short, text(TOPIC), topicId, Buffer.alloc(9)])
}

/** A broker that answers as the world is; `reconnected` gives its connection another socket. */
const createWorld = () => {
  const world = { clusterId: OURS, topicId: FIRST_TOPIC, errorCode: 0, asked: 0, now: 0, nextOffset: 0n, reconnectsWhileAnswering: false }
  const connection = { socket: {} as object }
  const broker: KafkaBroker = {
    connectionPool: {
      pool: [connection],
      send: async ({ response }) => {
        world.asked += 1
        return response.parse(await response.decode(metadata(world.clusterId, world.topicId, world.errorCode)))
      },
    },
  }
  const guard = openLogGuard({ clusterId: OURS, now: () => world.now })
  const reconnected = () => {
    connection.socket = {}
  }
  const send = async (partition = 0) => {
    const sent = { reached: false }
    const acknowledged = guard.send(broker, [TOPIC], async () => {
      sent.reached = true
      if (world.reconnectsWhileAnswering) reconnected()
      const baseOffset = world.nextOffset
      world.nextOffset += 1n
      return [{ topic: TOPIC, partition, records: 1, code: 0, baseOffset }]
    })
    return acknowledged.then(
      () => ({ ...sent, acknowledged: true, error: null as unknown }),
      (error: unknown) => ({ ...sent, acknowledged: false, error }),
    )
  }
  return { world, guard, broker, reconnected, send }
}
const REPLACED = { acknowledged: false, error: expect.any(LogReplacedError) }
const GOOD = { acknowledged: true }

describe('what stands between a batch and its acknowledgement', () => {
  it('asks no question for a batch, once the connection and the partition are known', async () => {
    const { world, send } = createWorld()
    await send()
    const { asked } = world
    for (let batch = 0; batch < 100; batch += 1) expect(await send()).toMatchObject(GOOD)
    expect(world.asked).toBe(asked)
  })

  it('sends nothing by a new connection to another cluster, and goes on by one to the right cluster', async () => {
    const { world, reconnected, send } = createWorld()
    await send()
    Object.assign(world, { clusterId: 'theirs', topicId: SECOND_TOPIC })
    reconnected()
    expect(await send()).toMatchObject({ ...REPLACED, reached: false })
    expect(((await send()).error as Error).message).toContain(`the cluster id was ${OURS} and is theirs`)
    Object.assign(world, { clusterId: OURS, topicId: FIRST_TOPIC })
    reconnected()
    expect(await send()).toMatchObject(GOOD)
  })

  it('is no acknowledgement where the connection was made anew while the answer was awaited', async () => {
    const { world, send } = createWorld()
    await send()
    world.reconnectsWhileAnswering = true
    expect(await send()).toMatchObject({ acknowledged: false, reached: true })
  })

  it('notices a topic made anew by offsets that begin again', async () => {
    const { world, send } = createWorld()
    for (let batch = 0; batch < 3; batch += 1) await send()
    Object.assign(world, { topicId: SECOND_TOPIC, nextOffset: 0n })
    expect(await send()).toMatchObject({ ...REPLACED, reached: true })
  })

  it('notices it in a partition of which it knows nothing yet', async () => {
    const { world, send } = createWorld()
    await send(0)
    world.topicId = SECOND_TOPIC
    expect(await send(1)).toMatchObject(REPLACED)
  })

  it('notices it before anything is sent, where it has not asked for a while', async () => {
    const { world, send } = createWorld()
    await send()
    world.topicId = SECOND_TOPIC
    world.now += ASKED_AGAIN_MS + 1
    expect(await send()).toMatchObject({ ...REPLACED, reached: false })
  })

  it('goes on in the same topic where offsets went back: its records were cut, and it is still the log', async () => {
    const { world, send } = createWorld()
    for (let batch = 0; batch < 3; batch += 1) await send()
    world.nextOffset = 1n
    expect(await send()).toMatchObject(GOOD)
    const { asked } = world
    expect(await send()).toMatchObject(GOOD)
    expect(world.asked).toBe(asked)
  })

  it('waits for a topic that the broker does not have, and tells another cluster by its name all the same', async () => {
    const { world, guard, broker, send } = createWorld()
    world.errorCode = UNKNOWN_TOPIC
    expect(await send()).toMatchObject({ acknowledged: false, reached: false, error: { type: 'UNKNOWN_TOPIC_OR_PARTITION' } })
    world.clusterId = 'theirs'
    expect(await send()).toMatchObject({ ...REPLACED, reached: false })
    await expect(guard.checkCluster(broker)).rejects.toThrow(LogReplacedError)
  })
})
