import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeCluster } from '@rollcall/event-log/kafka/describe-cluster'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandLineOf } from '../process/command-line-of.ts'
import { PROJECT_ROOT } from '../project-root.ts'
import { findJava } from './find-java.ts'
import { findKafkaJars } from './kafka-jars.ts'
import { type LocalKafka, startKafka } from './start-kafka.ts'

const cacheDirectory = join(PROJECT_ROOT, '.cache')
const java = await findJava()
const jars = await findKafkaJars(cacheDirectory)

describe.skipIf(!process.env.CI && !(java.usable && jars.usable))('a local Kafka of one node', () => {
  let directory: string
  let kafka: LocalKafka | undefined
  const start = async (overrides: { nodes?: 1 | 3; signal?: AbortSignal } = {}) => {
    kafka = await startKafka({ directory, cacheDirectory, nodes: 1, onLine: () => undefined, ...overrides })
    return kafka
  }
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rollcall-kafka-'))
  })
  afterAll(async () => {
    await kafka?.stop()
    await rm(directory, { recursive: true, force: true })
  })

  it('serves, stops leaving no process, and comes back as the same cluster on the same port', async () => {
    const first = await start()
    const before = await describeCluster(first.brokers)
    const pid = first.nodes[0]?.pid ?? 0
    expect(before.brokers).toBe(1)
    expect(await commandLineOf(pid)).toContain(directory)
    await first.stop()
    await first.stop()
    expect(await commandLineOf(pid)).toBeNull()

    const second = await start()
    expect(second.brokers).toEqual(first.brokers)
    expect((await describeCluster(second.brokers)).clusterId).toBe(before.clusterId)
  })

  it('refuses a folder that is in use, and leaves its user alone', async () => {
    await expect(startKafka({ directory, cacheDirectory, nodes: 1, onLine: () => undefined })).rejects.toThrow(`is in use by process ${process.pid}`)
    expect((await describeCluster(kafka?.brokers ?? [])).brokers).toBe(1)
  })

  it('survives the kill of its node, which starts again by hand', async () => {
    const [node] = kafka?.nodes ?? []
    node?.kill('SIGKILL')
    await expect.poll(() => node?.pid).toBeNull()
    expect(await node?.failure()).toContain('Kafka node 1 is not running (SIGKILL)')
    await node?.start()
    await kafka?.ready()
    expect((await describeCluster(kafka?.brokers ?? [])).brokers).toBe(1)
  })

  it('refuses to become a cluster of three', async () => {
    await kafka?.stop()
    await expect(start({ nodes: 3 })).rejects.toThrow('holds a Kafka cluster of 1 node(s) and 3 were asked for')
  })

  it('gives up when told to, leaving nothing running', async () => {
    const giveUp = AbortSignal.timeout(900)
    await expect(start({ signal: giveUp })).rejects.toThrow()
    const again = await start()
    expect((await describeCluster(again.brokers)).brokers).toBe(1)
  })
})
