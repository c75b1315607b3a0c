import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { EventLog } from '@rollcall/event-log/event-log'
import { openKafkaEventLog } from '@rollcall/event-log/kafka/kafka-event-log'
import { findJava } from '@rollcall/local/kafka/find-java'
import { findKafkaJars } from '@rollcall/local/kafka/kafka-jars'
import { type LocalKafka, startKafka } from '@rollcall/local/kafka/start-kafka'
import { PROJECT_ROOT } from '@rollcall/local/project-root'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const CALLERS = 16
const KILLS = 2
/** How long appends run before and after each kill. */
const CALM_MS = 1_500
/** How long the broker stays away. */
const AWAY_MS = 1_000
const DEADLINE_MS = 3_000

const cacheDirectory = join(PROJECT_ROOT, '.cache')
const java = await findJava()
const jars = await findKafkaJars(cacheDirectory)

describe.skipIf(!process.env.CI && !(java.usable && jars.usable)).each([1, 3] as const)(
  'the event log on Kafka of %i node(s), one killed and started again in the middle of appends',
  (nodes) => {
    const topic = 'chaos'
    let directory: string
    let kafka: LocalKafka
    let log: EventLog
    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'rollcall-chaos-'))
      kafka = await startKafka({ directory, cacheDirectory, nodes, onLine: () => undefined })
      log = await openKafkaEventLog({ brokers: kafka.brokers, clientId: 'chaos' })
      await log.ensureTopics([{ name: topic, partitions: 12, cleanup: 'delete' }])
    })
    afterAll(async () => {
      await log?.close()
      await kafka?.stop()
      await rm(directory, { recursive: true, force: true })
    })

    it('holds everything it acknowledged, and both the writers and a reader go on by themselves', async () => {
      const acknowledged = new Set<string>()
      const seen = new Set<string>()
      const stop = new AbortController()
      const done = new AbortController()
      let unknown = 0

      const write = async (caller: number) => {
        for (let number = 0; !stop.signal.aborted; number += 1) {
          const id = `${caller}-${number}`
          // Like the ingest spool: the same record again until it is acknowledged.
          for (let known = false; !known; ) {
            known = await log.append(topic, [{ key: id, value: Buffer.from(id), headers: { ce_id: id }, timestamp: Date.now() }], { deadlineMs: DEADLINE_MS }).then(
              () => true,
              () => false,
            )
            if (!known) unknown += 1
          }
          acknowledged.add(id)
        }
      }
      const read = async () => {
        const positions = new Map(Array.from({ length: 12 }, (_, partition) => [partition, 0n]))
        while (!done.signal.aborted) {
          const batch = await log.read(topic, positions, { maxBytes: 4 * 1024 * 1024, maxWaitMs: 500 }).catch(() => new Map())
          for (const [partition, records] of batch) {
            for (const { value } of records) seen.add(Buffer.from(value).toString())
            positions.set(partition, records.at(-1).offset + 1n)
          }
        }
      }

      const reading = read()
      const writing = Array.from({ length: CALLERS }, (_, caller) => write(caller))
      for (let kill = 0; kill < KILLS; kill += 1) {
        await sleep(CALM_MS)
        const node = kafka.nodes[kill % nodes]
        node?.kill('SIGKILL')
        await sleep(AWAY_MS)
        await node?.start()
        await kafka.ready()
        const before = acknowledged.size
        await expect.poll(() => acknowledged.size, { timeout: 20_000 }).toBeGreaterThan(before)
      }
      await sleep(CALM_MS)
      stop.abort()
      await Promise.all(writing)
      const missing = () => [...acknowledged].filter((id) => !seen.has(id))
      await expect.poll(missing, { timeout: 20_000 }).toEqual([])
      done.abort()
      await reading
      console.info(`nodes ${nodes}, kills ${KILLS}, acknowledged ${acknowledged.size}, sent again ${unknown}, missing ${missing().length}`)
    })
  },
)
