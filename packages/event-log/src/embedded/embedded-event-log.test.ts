import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EventLog, LogRecord } from '../event-log.ts'
import { describeEventLog } from '../testing/event-log.contract.ts'
import { openEmbeddedEventLog } from './embedded-event-log.ts'

const newDirectory = () => mkdtemp(join(tmpdir(), 'embedded-log-'))
const record = (key: string, value: string): LogRecord => ({ key, value: Buffer.from(value), headers: { ce_id: value }, timestamp: 1_700_000_000_000 })
const TOPIC = { name: 'rollcall.test.v1', partitions: 3, cleanup: 'delete' } as const
const SOON = { deadlineMs: 10_000 }
const AT_ONCE = { maxBytes: 1_000_000, maxWaitMs: 0 }

// One process owns a directory at a time: opening again takes one that was closed, if there is any.
const free: string[] = []
const used: string[] = []
describeEventLog('one disk, in this process', async () => {
  const directory = free.pop() ?? (await newDirectory())
  used.push(directory)
  const log = await openEmbeddedEventLog({ directory })
  return {
    log,
    close: async () => {
      await log.close()
      free.push(directory)
    },
  }
})
afterAll(() => Promise.all(used.map((directory) => rm(directory, { recursive: true, force: true }))))

describe('the embedded event log', () => {
  let directory: string
  const opened: EventLog[] = []
  const open = async () => {
    const log = await openEmbeddedEventLog({ directory })
    opened.push(log)
    return log
  }
  beforeEach(async () => {
    directory = await newDirectory()
  })
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((log) => log.close()))
    await rm(directory, { recursive: true })
  })

  it('keeps records, topics, positions and its identity over a restart', async () => {
    const before = await open()
    await before.ensureTopics([TOPIC])
    await before.append(
      TOPIC.name,
      Array.from({ length: 60 }, (_, index) => record(`key-${index}`, `${index}`)),
      SOON,
    )
    const from = new Map([
      [0, 0n],
      [1, 0n],
      [2, 1n],
    ])
    const records = await before.read(TOPIC.name, from, AT_ONCE)
    const bounds = await before.bounds(TOPIC.name)
    const clusterId = await before.clusterId()
    await before.close()
    const after = await open()
    expect(await after.clusterId()).toBe(clusterId)
    expect(await after.bounds(TOPIC.name)).toEqual(bounds)
    expect(await after.read(TOPIC.name, from, AT_ONCE)).toEqual(records)
  })

  it('lets one process at a time have a directory', async () => {
    await open()
    await expect(open()).rejects.toThrow(`${directory} belongs to process ${process.pid}`)
  })

  it('says of every topic that one disk holds the truth, and where', async () => {
    const log = await open()
    await log.ensureTopics([TOPIC])
    expect(await log.inspectTopics([TOPIC])).toMatchObject([
      { name: TOPIC.name, partitions: 3, replicationFactor: 1, problems: [{ setting: 'replication.factor', howToFix: expect.stringContaining(directory) }] },
    ])
  })

  it('makes a topic once when several ask for it together', async () => {
    const log = await open()
    await Promise.all([log.ensureTopics([TOPIC]), log.ensureTopics([TOPIC]), log.ensureTopics([{ ...TOPIC, name: 'other' }])])
    expect((await log.bounds(TOPIC.name)).size).toBe(3)
    expect((await log.bounds('other')).size).toBe(3)
  })

  it('names the file that does not describe a log, and lets go of the directory', async () => {
    const path = join(directory, 'log.json')
    const log = await open()
    await log.close()
    const good = await readFile(path)
    await writeFile(path, '{"version":2}')
    await expect(open()).rejects.toThrow(path)
    await writeFile(path, good)
    await open()
  })
})
