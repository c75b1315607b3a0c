import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type EventLog,
  type LogRecord,
  LogUnavailableError,
  PositionGoneError,
  RECORD_BYTES_MAX,
  RecordTooLargeError,
  type StoredRecord,
  TopicMissingError,
  type TopicSpec,
} from '../event-log.ts'

const PARTITIONS = 12
const ACKNOWLEDGED = { deadlineMs: 15_000 }
const READ = { maxBytes: 4 * 1024 * 1024, maxWaitMs: 2_000 }
const AT_ONCE = { maxBytes: 4 * 1024 * 1024, maxWaitMs: 0 }

export interface OpenedEventLog {
  readonly log: EventLog
  close(): Promise<void>
}

/** What every adapter does. Opened once; each test has a topic of its own. Opening again after a close finds what the closed one held. */
export const describeEventLog = (name: string, open: () => Promise<OpenedEventLog>): void => {
  describe(`the event log on ${name}`, () => {
    let opened: OpenedEventLog
    let log: EventLog
    beforeAll(async () => {
      opened = await open()
      log = opened.log
    })
    afterAll(() => opened?.close())

    const newTopic = async (spec: Partial<TopicSpec> = {}): Promise<TopicSpec> => {
      const topic: TopicSpec = { name: `contract-${randomUUID()}`, partitions: PARTITIONS, cleanup: 'delete', ...spec }
      await log.ensureTopics([topic])
      return topic
    }
    const append = (topic: string, ...records: LogRecord[]) => log.append(topic, records, ACKNOWLEDGED)

    describe('appending', () => {
      it('keeps the order of records with equal keys', async () => {
        const { name: topic } = await newTopic()
        await append(topic, ...sequence(['a', 'b', 'c'], 300))
        await append(topic, ...sequence(['a', 'b', 'c'], 300, 300))
        const stored = await readCount(log, topic, 600)
        for (const key of ['a', 'b', 'c']) {
          const numbers = stored.filter((record) => record.key === key).map((record) => Number(text(record)))
          expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
          expect(numbers).toHaveLength(200)
        }
      })

      it('sends a key to the partition that Kafka’s own clients would choose, now and later', async () => {
        const { name: topic } = await newTopic()
        const murmur2 = { '21': -973_932_308, foobar: -790_332_482, 'a-little-bit-long-string': -985_981_536, 'a-little-bit-longer-string': -1_486_304_829, abc: 479_470_107 }
        const keys = Object.keys(murmur2)
        await append(topic, ...keys.map((key) => record({ key })))
        await append(topic, ...keys.map((key) => record({ key })))
        for (const { key, partition } of await readCount(log, topic, 2 * keys.length)) {
          expect([key, partition]).toEqual([key, (murmur2[key as keyof typeof murmur2] & 0x7fffffff) % PARTITIONS])
        }
      })

      it.each<[string, Partial<LogRecord>]>([
        ['bytes that are no text', { value: Buffer.from([0, 255, 254, 128, 10, 13, 0]) }],
        ['an empty value', { value: new Uint8Array(0) }],
        ['a view into a larger buffer', { value: new Uint8Array(Buffer.from('xxhelloxx').buffer.slice(0, 9)).subarray(2, 7) }],
        ['a megabyte that does not compress', { value: randomBytes(1_000_000) }],
        ['headers in any script', { headers: { ce_id: 'a', 'content-type': 'text/plain; charset="utf-8"', सूची: 'नमस्ते 👋', empty: '' } }],
        ['no headers', { headers: {} }],
        ['a key in any script', { key: 'खाता|CA 👋' }],
        ['an empty key', { key: '' }],
        ['an old timestamp', { timestamp: Date.UTC(2009, 10, 23, 1, 2, 3, 456) }],
      ])('gives back exactly what it was given: %s', async (_, part) => {
        const { name: topic } = await newTopic({ partitions: 1 })
        const given = record(part)
        await append(topic, given)
        const [stored] = await readCount(log, topic, 1)
        expect(stored && comparable(stored)).toEqual(comparable(given))
      })

      it('keeps each record’s own timestamp within one batch, whatever their order', async () => {
        const { name: topic } = await newTopic({ partitions: 1 })
        const timestamps = [1_700_000_000_000, 999_999_999_999, 1_700_000_000_001, 5]
        await append(topic, ...timestamps.map((timestamp) => record({ timestamp })))
        expect((await readCount(log, topic, 4)).map(({ timestamp }) => timestamp)).toEqual(timestamps)
      })

      it('loses none of many appends at the same time', async () => {
        const { name: topic } = await newTopic()
        const numbers = Array.from({ length: 500 }, (_, index) => index)
        await Promise.all(numbers.map((number) => append(topic, record({ key: `key-${number % 50}`, value: Buffer.from(String(number)) }))))
        const stored = await readCount(log, topic, numbers.length)
        expect(stored.map((each) => Number(text(each))).toSorted((a, b) => a - b)).toEqual(numbers)
      })

      it('takes an append larger than one batch', async () => {
        const { name: topic } = await newTopic({ partitions: 1 })
        const records = Array.from({ length: 1_300 }, (_, index) => record({ key: 'k', value: Buffer.alloc(2_000, String(index)) }))
        await append(topic, ...records)
        expect((await readCount(log, topic, records.length)).map(comparable)).toEqual(records.map(comparable))
      })

      it('takes an append of nothing', async () => {
        const { name: topic } = await newTopic()
        await append(topic)
        expect(await log.bounds(topic)).toEqual(new Map(Array.from({ length: PARTITIONS }, (_, partition) => [partition, { low: 0n, next: 0n }])))
      })

      it('refuses a record that is too large before sending anything', async () => {
        const { name: topic } = await newTopic({ partitions: 1 })
        await expect(append(topic, record({}), record({ value: new Uint8Array(RECORD_BYTES_MAX) }))).rejects.toThrow(RecordTooLargeError)
        expect((await log.bounds(topic)).get(0)).toEqual({ low: 0n, next: 0n })
      })

      it('rejects once the deadline has passed', async () => {
        const { name: topic } = await newTopic()
        await expect(log.append(topic, [record({})], { deadlineMs: 0 })).rejects.toThrow(LogUnavailableError)
      })

      it('rejects for a topic that is not there, and makes none', async () => {
        const topic = `contract-${randomUUID()}`
        await expect(log.append(topic, [record({})], { deadlineMs: 700 })).rejects.toThrow(LogUnavailableError)
        const [inspection] = await log.inspectTopics([{ name: topic, partitions: 1, cleanup: 'delete' }])
        expect(inspection).toMatchObject({ partitions: 0, replicationFactor: 0 })
        expect(inspection?.problems.map(({ value }) => value)).toContain('missing')
      })
    })

    describe('reading', () => {
      it('starts exactly at the position, even inside what was appended together', async () => {
        const { name: topic } = await newTopic({ partitions: 1 })
        await append(topic, ...sequence(['k'], 100))
        const records = (await log.read(topic, new Map([[0, 42n]]), READ)).get(0) ?? []
        expect(records[0]).toMatchObject({ partition: 0, offset: 42n })
        expect(records.map((each) => Number(text(each)))).toEqual(Array.from({ length: 58 }, (_, index) => 42 + index))
      })

      it('gives the same records again from the same position', async () => {
        const { name: topic } = await newTopic({ partitions: 1 })
        await append(topic, ...sequence(['k'], 10))
        const once = await log.read(topic, new Map([[0, 3n]]), READ)
        expect(await log.read(topic, new Map([[0, 3n]]), READ)).toEqual(once)
      })

      it('gives nothing at the end when it may not wait', async () => {
        const { name: topic } = await newTopic({ partitions: 1 })
        await append(topic, ...sequence(['k'], 3))
        expect((await log.read(topic, new Map([[0, 3n]]), AT_ONCE)).size).toBe(0)
      })

      it('waits at the end, and sees what is appended meanwhile before the wait is over', async () => {
        const { name: topic } = await newTopic({ partitions: 1 })
        await append(topic, ...sequence(['k'], 3))
        const started = performance.now()
        const reading = log.read(topic, new Map([[0, 3n]]), { ...READ, maxWaitMs: 20_000 })
        await append(topic, record({ value: Buffer.from('new') }))
        expect((await reading).get(0)?.map(text)).toEqual(['new'])
        expect(performance.now() - started).toBeLessThan(10_000)
      })

      it('ends the wait with nothing when aborted', async () => {
        const { name: topic } = await newTopic({ partitions: 1 })
        const stop = new AbortController()
        const started = performance.now()
        const reading = log.read(topic, new Map([[0, 0n]]), { ...READ, maxWaitMs: 3_000, signal: stop.signal })
        setTimeout(() => stop.abort(), 50)
        expect((await reading).size).toBe(0)
        expect((await log.read(topic, new Map([[0, 0n]]), { ...READ, signal: stop.signal })).size).toBe(0)
        expect(performance.now() - started).toBeLessThan(2_000)
      })

      it('lets one reader wait without holding up another, nor an append', async () => {
        const { name: topic } = await newTopic({ partitions: 2 })
        const stop = new AbortController()
        const waiting = log.read(topic, new Map([[0, 0n]]), { ...READ, maxWaitMs: 5_000, signal: stop.signal })
        const started = performance.now()
        const busy = await newTopic({ partitions: 1 })
        await append(busy.name, ...sequence(['k'], 3))
        expect((await log.read(busy.name, new Map([[0, 0n]]), READ)).get(0)).toHaveLength(3)
        expect(performance.now() - started).toBeLessThan(4_000)
        stop.abort()
        await waiting
      })

      it('reads several partitions at once, each from its own position, and leaves out those with nothing new', async () => {
        const { name: topic } = await newTopic({ partitions: 3 })
        await append(
          topic,
          ...sequence(
            Array.from({ length: 40 }, (_, index) => `key-${index}`),
            400,
          ),
        )
        const bounds = await log.bounds(topic)
        const end = (partition: number) => bounds.get(partition)?.next ?? 0n
        const records = await log.read(
          topic,
          new Map([
            [0, 5n],
            [1, end(1)],
            [2, end(2) - 1n],
          ]),
          READ,
        )
        expect(records.get(0)?.[0]).toMatchObject({ partition: 0, offset: 5n })
        expect(records.has(1)).toBe(false)
        expect(records.get(2)?.map(({ partition, offset }) => [partition, offset])).toEqual([[2, end(2) - 1n]])
      })

      it('gives at least one record however small maxBytes is, and moves on from there', async () => {
        const { name: topic } = await newTopic({ partitions: 1 })
        await append(topic, record({ value: randomBytes(100_000) }))
        await append(topic, record({ value: randomBytes(100_000) }))
        const first = (await log.read(topic, new Map([[0, 0n]]), { ...READ, maxBytes: 1 })).get(0) ?? []
        expect(first[0]?.offset).toBe(0n)
        const rest = first.length > 1 ? first.slice(1) : ((await log.read(topic, new Map([[0, 1n]]), { ...READ, maxBytes: 1 })).get(0) ?? [])
        expect(rest[0]?.offset).toBe(1n)
      })

      it.each([
        ['beyond the end', 4n],
        ['far beyond the end', 4_000_000_000_000n],
        ['below the first record held', -1n],
      ])('reports a position %s with what the partition holds, and never moves it', async (_, asked) => {
        const { name: topic } = await newTopic({ partitions: 1 })
        await append(topic, ...sequence(['k'], 3))
        const error = await log.read(topic, new Map([[0, asked]]), READ).catch((thrown: unknown) => thrown)
        expect(error).toBeInstanceOf(PositionGoneError)
        expect(error).toMatchObject({ topic, partition: 0, asked, held: { low: 0n, next: 3n } })
      })

      it('refuses a partition that is not there', async () => {
        const { name: topic } = await newTopic({ partitions: 2 })
        await expect(log.read(topic, new Map([[7, 0n]]), AT_ONCE)).rejects.toThrow(/7/)
      })
    })

    describe('a topic that is not there', () => {
      it('is told apart from a log that does not answer, and writing there waits as in any outage', async () => {
        const topic = `contract-missing-${randomUUID()}`
        await expect(log.bounds(topic)).rejects.toThrow(TopicMissingError)
        await expect(log.read(topic, new Map([[0, 0n]]), AT_ONCE)).rejects.toThrow(TopicMissingError)
        await expect(log.append(topic, [record({})], { deadlineMs: 700 })).rejects.toThrow(LogUnavailableError)
      })
    })

    describe('knowing itself', () => {
      it('knows what each partition holds', async () => {
        const { name: topic } = await newTopic({ partitions: 2 })
        expect(await log.bounds(topic)).toEqual(
          new Map([
            [0, { low: 0n, next: 0n }],
            [1, { low: 0n, next: 0n }],
          ]),
        )
        await append(topic, ...sequence(['k'], 7))
        const bounds = await log.bounds(topic)
        expect([...bounds.values()].map(({ next }) => next).toSorted()).toEqual([0n, 7n])
      })

      it('makes topics that are missing and leaves those that are there alone', async () => {
        const topic = await newTopic({ partitions: 3 })
        await append(topic.name, ...sequence(['k'], 5))
        const other: TopicSpec = { name: `contract-${randomUUID()}`, partitions: 2, cleanup: 'compact' }
        await log.ensureTopics([{ ...topic, partitions: 5 }, other])
        await log.ensureTopics([topic, other])
        expect((await log.bounds(topic.name)).size).toBe(3)
        expect((await log.bounds(other.name)).size).toBe(2)
        expect(await readCount(log, topic.name, 5)).toHaveLength(5)
      })

      it('reports each problem of a topic with its value, what is needed and how to change it', async () => {
        const topic = await newTopic({ partitions: 3 })
        const [inspection] = await log.inspectTopics([{ ...topic, partitions: 12 }])
        expect(inspection).toMatchObject({ name: topic.name, partitions: 3 })
        expect(inspection?.problems.find(({ setting }) => setting === 'partitions')).toMatchObject({ value: '3', needed: '12', howToFix: expect.stringMatching(/.{20}/) })
        for (const problem of inspection?.problems ?? []) for (const part of Object.values(problem)) expect(part).not.toBe('')
      })

      it('has an identity that stays, and says what it is', async () => {
        expect(await log.clusterId()).toMatch(/.{8}/)
        expect(await log.clusterId()).toBe(await log.clusterId())
        expect(log.description).toMatch(/.{5}/)
      })

      it('knows a topic by an id that stays, also to whoever opens the log anew', async () => {
        const { name: topic } = await newTopic()
        const id = await log.topicId(topic)
        await append(topic, record({}))
        expect(await log.topicId(topic)).toBe(id)
        await expect(log.topicId(`contract-missing-${randomUUID()}`)).rejects.toThrow(TopicMissingError)
      })
    })

    it('closes once, finishing what was appended, and refuses work afterwards', async () => {
      const own = await open()
      const topic = `contract-${randomUUID()}`
      await own.log.ensureTopics([{ name: topic, partitions: 1, cleanup: 'delete' }])
      const appending = own.log.append(topic, [record({})], ACKNOWLEDGED)
      await Promise.all([own.log.close(), own.log.close()])
      await appending
      await own.log.close()
      await expect(own.log.append(topic, [record({})], ACKNOWLEDGED)).rejects.toThrow(LogUnavailableError)
      await expect(own.log.read(topic, new Map([[0, 0n]]), AT_ONCE)).rejects.toThrow(LogUnavailableError)
      await own.close()
      const again = await open()
      expect(await readCount(again.log, topic, 1)).toHaveLength(1)
      await again.close()
    })
  })
}

const record = (part: Partial<LogRecord>): LogRecord => ({ key: 'k', value: Buffer.from('v'), headers: { ce_id: 'x' }, timestamp: 1_700_000_000_000, ...part })

/** Records numbered from `first`, dealt to the keys in turn. */
const sequence = (keys: readonly string[], count: number, first = 0): LogRecord[] =>
  Array.from({ length: count }, (_, index) => record({ key: keys[index % keys.length] ?? '', value: Buffer.from(String(first + index)) }))

const text = ({ value }: LogRecord) => Buffer.from(value).toString('utf8')

/** Bytes as hexadecimal digits, so that a Buffer equals a Uint8Array and a difference is short enough to print. */
const comparable = ({ key, value, headers, timestamp }: LogRecord) => ({
  key,
  headers,
  timestamp,
  bytes: value.byteLength,
  value: Buffer.from(value).toString('hex').slice(0, 4_000),
})

/** Everything from the first position on, in order per partition, until `count` records are there; fails when they do not come. */
const readCount = async (log: EventLog, topic: string, count: number): Promise<StoredRecord[]> => {
  const positions = new Map([...(await log.bounds(topic))].map(([partition, { low }]) => [partition, low]))
  const all: StoredRecord[] = []
  for (let empty = 0; all.length < count && empty < 5; ) {
    const batch = await log.read(topic, positions, READ)
    if (batch.size === 0) empty += 1
    for (const [partition, records] of batch) {
      all.push(...records)
      positions.set(partition, (records.at(-1)?.offset ?? -1n) + 1n)
    }
  }
  expect(all).toHaveLength(count)
  return all
}
