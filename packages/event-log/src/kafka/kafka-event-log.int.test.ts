import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type EventLog, LogReplacedError, PositionGoneError, type TopicSpec } from '../event-log.ts'
import { preflight, UnsafeTopicsError } from '../preflight.ts'
import { deleteTopic } from '../testing/delete-topic.ts'
import { describeEventLog } from '../testing/event-log.contract.ts'
import '../testing/provided-context.ts'
import { describeCluster } from './describe-cluster.ts'
import { kafkaClient } from './kafka-client.ts'
import { openKafkaEventLog } from './kafka-event-log.ts'

/** A topic that is being deleted stands in the way of its successor for a moment. */
const until = (work: () => Promise<void>): Promise<void> =>
  expect
    .poll(() =>
      work().then(
        () => true,
        () => false,
      ),
    )
    .toBe(true)

const brokers = inject('kafkaBrokers').split(',').filter(Boolean)

describe.skipIf(brokers.length === 0)('with Kafka', () => {
  describeEventLog('Kafka', async () => {
    const log = await openKafkaEventLog({ brokers, clientId: 'contract' })
    return { log, close: () => log.close() }
  })

  describe('the event log on Kafka', () => {
    const client = kafkaClient({ brokers, clientId: 'test' })
    const admin = client.admin()
    let log: EventLog
    beforeAll(async () => {
      await admin.connect()
      log = await openKafkaEventLog({ brokers, clientId: 'test' })
    })
    afterAll(async () => {
      await log?.close()
      await admin.disconnect()
    })
    const newTopic = async (spec: Partial<TopicSpec> = {}): Promise<TopicSpec> => {
      const topic: TopicSpec = { name: `kafka-${randomUUID()}`, partitions: 1, cleanup: 'delete', ...spec }
      await log.ensureTopics([topic])
      return topic
    }
    const record = (text: string) => ({ key: 'k', value: Buffer.from(text), headers: { ce_id: text }, timestamp: 1_700_000_000_000 })

    it('reports a position whose records were deleted, with what is left', async () => {
      const { name: topic } = await newTopic()
      await log.append(
        topic,
        Array.from({ length: 10 }, (_, index) => record(String(index))),
        { deadlineMs: 10_000 },
      )
      // kafkajs deletes only in topics it has looked at.
      await admin.fetchTopicOffsets(topic)
      await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '6' }] })
      expect(await log.bounds(topic)).toEqual(new Map([[0, { low: 6n, next: 10n }]]))
      const error = await log.read(topic, new Map([[0, 5n]]), { maxBytes: 1_000_000, maxWaitMs: 0 }).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(PositionGoneError)
      expect(error).toMatchObject({ asked: 5n, held: { low: 6n, next: 10n } })
      expect((await log.read(topic, new Map([[0, 6n]]), { maxBytes: 1_000_000, maxWaitMs: 0 })).get(0)?.map(({ offset }) => offset)).toEqual([6n, 7n, 8n, 9n])
    })

    it('finds on its own topics no problem but too few brokers', async () => {
      const { brokers: nodes } = await describeCluster(brokers)
      const fewBrokers = nodes >= 3 ? [] : ['replication.factor', 'min.insync.replicas']
      const specs = [await newTopic({ partitions: 12 }), await newTopic({ cleanup: 'compact' })]
      for (const { problems } of await log.inspectTopics(specs)) expect(problems.map(({ setting }) => setting)).toEqual(fewBrokers)
    })

    it('takes what a host sends whose clock is hours off, so that its spool drains', async () => {
      const { name: topic } = await newTopic()
      const off = (hours: number) => ({ ...record('off'), timestamp: Date.now() + hours * 3_600_000 })
      await log.append(topic, [off(2), off(-2), off(24 * 365)], { deadlineMs: 10_000 })
      expect((await log.bounds(topic)).get(0)?.next).toBe(3n)
    })

    it('lets services that start together make the same topics', async () => {
      const specs: TopicSpec[] = ['a', 'b', 'c'].map((name) => ({ name: `together-${name}-${randomUUID()}`, partitions: 2, cleanup: 'delete' }))
      await Promise.all([specs, specs.toReversed(), specs.slice(1)].map((wanted) => log.ensureTopics(wanted)))
      for (const { name } of specs) expect((await log.bounds(name)).size).toBe(2)
    })

    it('refuses to start on a topic that someone else made carelessly', async () => {
      const name = `careless-${randomUUID()}`
      await admin.createTopics({ topics: [{ topic: name, numPartitions: 3, replicationFactor: 1, configEntries: [{ name: 'retention.ms', value: '604800000' }] }] })
      const checking = preflight(log, [{ name, partitions: 12, cleanup: 'delete' }], { allowUnsafeTopics: false })
      const error = await checking.catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(UnsafeTopicsError)
      for (const part of [`${name}: partitions is 3; needed is 12`, `${name}: retention.ms is 604800000; needed is -1`, '--allow-unsafe-topics'])
        expect((error as Error).message).toContain(part)
    })

    it('takes nothing for appended that went to a topic of the same name which was made anew, until it is opened again', async () => {
      const spec = await newTopic()
      await log.append(spec.name, [record('before')], { deadlineMs: 10_000 })
      const id = await log.topicId(spec.name)
      await deleteTopic(brokers, spec.name)
      await until(() => log.ensureTopics([spec]))
      const refused = await log.append(spec.name, [record('after')], { deadlineMs: 10_000 }).catch((thrown: unknown) => thrown)
      expect(refused).toBeInstanceOf(LogReplacedError)
      expect((refused as Error).message).toContain(`the id of the topic ${spec.name} was ${id} and is `)
      await expect(log.append(spec.name, [record('again')], { deadlineMs: 10_000 })).rejects.toThrow(LogReplacedError)
      expect(await log.topicId(spec.name)).toBe(id)
      const anew = await openKafkaEventLog({ brokers, clientId: 'test' })
      expect(await anew.topicId(spec.name)).not.toBe(id)
      await anew.append(spec.name, [record('meant for it')], { deadlineMs: 10_000 })
      await anew.close()
    })

    it('can be read by any other client, and reads what any other client wrote', async () => {
      const { name: topic } = await newTopic()
      const other = client.producer({ allowAutoTopicCreation: false, createPartitioner: () => () => 0 })
      await other.connect()
      await other.send({ topic, compression: 1, messages: [{ key: null, value: null, headers: { twice: ['a', 'b'] }, timestamp: '1700000000000' }] })
      await other.send({ topic, messages: [{ key: 'plain', value: 'text', timestamp: '1700000000001' }] })
      await other.disconnect()
      expect((await log.read(topic, new Map([[0, 0n]]), { maxBytes: 1_000_000, maxWaitMs: 5_000 })).get(0)).toEqual([
        { partition: 0, offset: 0n, key: '', value: Buffer.alloc(0), headers: { twice: 'b' }, timestamp: 1_700_000_000_000 },
        { partition: 0, offset: 1n, key: 'plain', value: Buffer.from('text'), headers: {}, timestamp: 1_700_000_000_001 },
      ])
    })
  })
})
