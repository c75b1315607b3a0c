/**
 * Another log in the place of the one that webhooks are forwarded to: another cluster behind the same address, or the topic made anew. On real
 * Kafka. Nothing counts as forwarded there; the spool keeps what comes until the first log is back.
 */
import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { OBSERVATION_PARTITIONS, OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import type { EventLog } from '@rollcall/event-log/event-log'
import { openEventLog } from '@rollcall/event-log/open-event-log'
import '@rollcall/event-log/testing/provided-context'
import { deleteTopic } from '@rollcall/event-log/testing/delete-topic'
import { createInstallation, type IngestProcess, type Installation, spawnIngest, startIngest } from '@rollcall/ingest/testing/ingest-process'
import { deliver } from '@rollcall/ingest/testing/kill-in-the-middle'
import { readWholeLog } from '@rollcall/ingest/testing/read-whole-log'
import { until } from '@rollcall/ingest/testing/until'
import { startKafka } from '@rollcall/local/kafka/start-kafka'
import { PROJECT_ROOT } from '@rollcall/local/project-root'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { type FaultProxy, startFaultProxy } from '../fault-proxy/start-fault-proxy.ts'

const TOPIC = { name: OBSERVATIONS_TOPIC, partitions: OBSERVATION_PARTITIONS, cleanup: 'delete' } as const
const CLUSTERS = ['first', 'second'] as const
type Cluster = (typeof CLUSTERS)[number]

describe.skipIf(!process.env.CI && inject('kafkaBrokers') === '')('ingest, when another log answers at the address of its own,', () => {
  let directory: string
  let proxy: FaultProxy
  /** Of the one that answers now. */
  let answering: Cluster = 'first'
  const ports = new Map<Cluster, number>()
  const clusterIds = new Map<Cluster, string>()
  const stops: (() => Promise<unknown>)[] = []
  let account: string
  let installation: Installation
  let running: IngestProcess[]

  const answers = (cluster: Cluster): void => {
    answering = cluster
    proxy.end('reset')
  }
  const withLog = async <T>(work: (log: EventLog) => Promise<T>): Promise<T> => {
    const log = await openEventLog({ kafkaBrokers: [`127.0.0.1:${proxy.port}`], clientId: 'test' })
    try {
      return await work(log)
    } finally {
      await log.close()
    }
  }
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rollcall-replaced-'))
    proxy = await startFaultProxy({ target: () => ports.get(answering) ?? 0 })
    for (const cluster of CLUSTERS) {
      answering = cluster
      const before = async (_node: number, listener: string, port: number): Promise<number> => {
        if (listener !== 'broker') return port
        ports.set(cluster, port)
        return proxy.port
      }
      const kafka = await startKafka({ directory: join(directory, cluster), cacheDirectory: join(PROJECT_ROOT, '.cache'), nodes: 1, onLine: () => {}, before })
      stops.push(kafka.stop)
      clusterIds.set(cluster, await withLog((log) => log.clusterId()))
    }
  })
  afterAll(async () => {
    for (const stop of stops) await stop()
    await proxy?.close()
    await rm(directory, { recursive: true, force: true })
  })
  beforeEach(async () => {
    for (const cluster of CLUSTERS.toReversed()) {
      answers(cluster)
      await withLog((log) => log.ensureTopics([TOPIC]))
    }
    account = `acme-${randomUUID().slice(0, 8)}`
    installation = await createInstallation(account)
    running = []
  })
  afterEach(async () => {
    for (const { child } of running) child.kill('SIGKILL')
    await Promise.all(running.map(({ ended }) => ended))
    await installation.remove()
  })

  const settings = () => ({ KAFKA_BROKERS: `127.0.0.1:${proxy.port}` })
  const start = async (): Promise<IngestProcess> => {
    const ingest = await startIngest(account, installation.directory, settings())
    running.push(ingest)
    return ingest
  }
  const stop = async ({ child, ended }: IngestProcess): Promise<void> => {
    child.kill('SIGTERM')
    await ended
  }
  let calls = 0
  /** Gives the durability that each was answered with. */
  const deliverSome = async (ingest: IngestProcess, count = 20): Promise<readonly (string | null)[]> => {
    const durabilities: (string | null)[] = []
    for (let sent = 0; sent < count; sent += 1) {
      const answer = await deliver(ingest, `call-${calls++}`)
      expect(answer.status).toBe(200)
      durabilities.push(answer.headers.get('x-durability'))
    }
    return durabilities
  }
  const spooled = async (ingest: IngestProcess): Promise<number> => (await ingest.status()).spool.records
  const halted = async (ingest: IngestProcess): Promise<boolean> =>
    /^rollcall_ingest_log_replaced\{worker="0"[^}]*\} 1$/m.test(await (await fetch(`${ingest.admin}/metrics`)).text())
  const held = async (cluster: Cluster): Promise<readonly (string | null)[]> => {
    answers(cluster)
    return withLog(async (log) => (await readWholeLog(log, account)).map(({ callSid }) => callSid).sort())
  }
  const remembered = (): Promise<string> => readFile(join(installation.directory, 'spool/0/log.json'), 'utf8')

  it('forwards nothing there, says so, and goes on where it was when its own is back', async () => {
    const ingest = await start()
    expect(new Set(await deliverSome(ingest))).toEqual(new Set(['log']))
    answers('second')
    expect(new Set(await deliverSome(ingest))).toEqual(new Set(['spool']))
    await until('it says that the log is another one', () => halted(ingest))
    expect((await ingest.status()).problem).toMatch(new RegExp(`${clusterIds.get('first')}.*${clusterIds.get('second')}`))
    expect([await spooled(ingest), (await ingest.status()).forwarded]).toEqual([20, 20])
    expect(await held('second')).toEqual([])
    answers('first')
    await until('all is forwarded', async () => (await spooled(ingest)) === 0)
    expect(await halted(ingest)).toBe(false)
    expect(new Set(await held('first')).size).toBe(40)
  })

  it('forwards nothing there that has no such topic either', async () => {
    const ingest = await start()
    await deliverSome(ingest)
    answers('second')
    await deleteTopic([`127.0.0.1:${proxy.port}`], OBSERVATIONS_TOPIC)
    await deliverSome(ingest, 3)
    await until('it says that the log is another one', () => halted(ingest))
    expect(await spooled(ingest)).toBe(3)
  })

  it('takes nothing for forwarded that went to a topic made anew, and refuses it by name at the next start', async () => {
    const ingest = await start()
    await deliverSome(ingest)
    const before = await remembered()
    await deleteTopic([`127.0.0.1:${proxy.port}`], OBSERVATIONS_TOPIC)
    await until('it can be made anew', () =>
      withLog((log) => log.ensureTopics([TOPIC])).then(
        () => true,
        () => false,
      ),
    )
    expect(new Set(await deliverSome(ingest))).toEqual(new Set(['spool']))
    await until('it says that the log is another one', () => halted(ingest))
    expect([await spooled(ingest), (await ingest.status()).forwarded]).toEqual([20, 20])
    await stop(ingest)
    const { code, err } = await spawnIngest(installation.directory, settings()).ended
    expect([code, err]).toEqual([2, expect.stringMatching(/spool\/0 was forwarded to the log .* but the configured log is .*Nothing was changed.*rollcall replay.*log\.json/s)])
    expect(await remembered()).toBe(before)
  })

  it('refuses it by name at its start, also without a database, and changes nothing', async () => {
    const ingest = await start()
    await deliverSome(ingest)
    await stop(ingest)
    const before = await remembered()
    expect(before).toContain(clusterIds.get('first'))
    answers('second')
    const { code, err } = await spawnIngest(installation.directory, settings()).ended
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(new RegExp(`${clusterIds.get('first')}.*but the configured log is .*${clusterIds.get('second')}.*Nothing was changed`, 's')),
    ])
    expect(await remembered()).toBe(before)
    answers('first')
    expect(new Set(await deliverSome(await start()))).toEqual(new Set(['log']))
  })
})
