import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describeCluster } from '@rollcall/event-log/kafka/describe-cluster'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findJava } from './kafka/find-java.ts'
import { findKafkaJars } from './kafka/kafka-jars.ts'
import { commandLineOf } from './process/command-line-of.ts'
import { PROJECT_ROOT } from './project-root.ts'
import { type LocalStack, type LocalStackOptions, startLocalStack } from './start-local-stack.ts'

const java = await findJava()
const jars = await findKafkaJars(join(PROJECT_ROOT, '.cache'))
const kafkaHere = Boolean(process.env.CI) || (java.usable && jars.usable)

describe('the local stack', () => {
  let directory: string
  let lines: string[]
  const stacks: LocalStack[] = []
  const start = async (options: Partial<LocalStackOptions> = {}) => {
    const stack = await startLocalStack({ directory: join(directory, 'data'), env: {}, eventLog: 'embedded', onLine: (line) => lines.push(line), ...options })
    stacks.push(stack)
    return stack
  }
  const kept = async (file: string): Promise<{ pid: number }> => JSON.parse(await readFile(join(directory, 'data', file), 'utf8'))
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rollcall-stack-'))
    await chmod(directory, 0o755)
    lines = []
  })
  afterEach(async () => {
    await Promise.all(stacks.splice(0).map((stack) => stack.stop()))
    await rm(directory, { recursive: true, force: true })
  })

  it('is an event log and a database, each with a line that says what and why', async () => {
    const { embeddedLogUrl, databaseUrl, kafkaBrokers, choices } = await start()
    expect(new URL(embeddedLogUrl ?? '').hostname).toBe('127.0.0.1')
    expect(new URL(databaseUrl).username).toBe('rollcall')
    expect(kafkaBrokers).toBeUndefined()
    expect(choices.map(({ part, why }) => [part, why])).toEqual([
      ['event log', 'it was asked for'],
      ['database', 'DATABASE_URL is not set'],
    ])
    expect(lines).toEqual([
      expect.stringMatching(/^Database: PostgreSQL .*, because DATABASE_URL is not set$/),
      expect.stringMatching(/^Event log: the embedded log .*, because it was asked for$/),
    ])
  })

  it('starts nothing that the environment names', async () => {
    const env = { KAFKA_BROKERS: 'broker-1.example.com:9092, broker-2.example.com:9092', DATABASE_URL: 'postgres://someone:secret@db.example.com/rollcall' }
    const stack = await start({ env, eventLog: 'auto' })
    expect(stack).toMatchObject({ kafkaBrokers: ['broker-1.example.com:9092', 'broker-2.example.com:9092'], databaseUrl: env.DATABASE_URL })
    expect(lines.join()).not.toContain('secret')
  })

  it('keeps its data from one start to the next, until a fresh one', async () => {
    const first = await start()
    await first.stop()
    await first.stop()
    const second = await start({ eventLog: 'auto' })
    expect(second.databaseUrl).toBe(first.databaseUrl)
    expect(second.choices[0]?.why).toContain('the data directory holds one')
    await second.stop()
    const fresh = await start({ fresh: true })
    expect(new URL(fresh.databaseUrl).password).not.toBe(new URL(first.databaseUrl).password)
  })

  it('belongs to one process at a time, and refuses the second without harm to the first', async () => {
    await start()
    const { pid } = await kept('postgres/process.json')
    await expect(start({ fresh: true })).rejects.toThrow('is in use by process')
    expect(await commandLineOf(pid)).not.toBeNull()
  })

  it.each([
    ['Kafka is demanded where the embedded log is', { eventLog: 'kafka' }, 'There is no event log to use: Kafka was asked for and the data directory holds an embedded log'],
    ['KAFKA_BROKERS is not a list of brokers', { eventLog: 'auto', env: { KAFKA_BROKERS: 'nonsense' } }, 'KAFKA_BROKERS is "nonsense"'],
    ['DATABASE_URL is no database', { env: { DATABASE_URL: 'mysql://db' } }, 'DATABASE_URL is not the address of a PostgreSQL database'],
    ['it is given up', { signal: AbortSignal.abort() }, 'aborted'],
  ] satisfies [string, Partial<LocalStackOptions>, string][])('leaves nothing running when %s', async (_, options, message) => {
    await (await start()).stop()
    await expect(start(options)).rejects.toThrow(message)
    await expect(kept('postgres/process.json')).rejects.toThrow('ENOENT')
    await expect(kept('owner.json')).rejects.toThrow('ENOENT')
  })

  it.skipIf(!kafkaHere)('stops what a killed start left running, then starts over the same data', async () => {
    const built = pathToFileURL(join(PROJECT_ROOT, 'infra/local/dist/start-local-stack.js')).href
    const options = JSON.stringify({ directory: join(directory, 'data'), env: {}, eventLog: 'kafka' })
    const script = `
      const { startLocalStack } = await import(${JSON.stringify(built)})
      const stack = await startLocalStack({ ...${options}, onLine: () => undefined })
      console.log(stack.kafkaBrokers.join())
      setInterval(() => undefined, 1_000)`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [brokers] = await once(child.stdout.setEncoding('utf8'), 'data')
    const orphans = [(await kept('postgres/process.json')).pid, (await kept('kafka/node-1/process.json')).pid]
    const { clusterId } = await describeCluster([brokers.trim()])
    child.kill('SIGKILL')
    await once(child, 'exit')
    for (const pid of orphans) expect(await commandLineOf(pid)).not.toBeNull()

    const stack = await start({ eventLog: 'kafka' })
    for (const pid of orphans) expect(await commandLineOf(pid)).toBeNull()
    expect(stack.kafkaBrokers).toEqual([brokers.trim()])
    expect((await describeCluster(stack.kafkaBrokers ?? [])).clusterId).toBe(clusterId)
    expect(lines.filter((line) => line.includes('left behind by an earlier start'))).toHaveLength(2)
  })
})
