import { mkdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { logTail } from '../process/log-tail.ts'
import { runCommand } from '../process/run-command.ts'
import { type Server, startServer } from '../process/start-server.ts'
import { stopOrphan } from '../process/stop-orphan.ts'
import type { StopStep } from '../process/stop-process.ts'
import { type NodePorts, serverProperties } from './server-properties.ts'

const FORMAT_MS_MAX = 60_000
/** A controlled shutdown of one node takes about a second; the last of three waits for a quorum that is gone. */
const STOP_STEPS: readonly [StopStep, ...StopStep[]] = [
  { signal: 'SIGTERM', waitMs: 10_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
]
/** Small heap and the quick compiler: a broker for a developer's machine, about 200 MB resident. */
const JAVA_FLAGS = ['-Xms256m', '-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', '-Djava.awt.headless=true']

export interface KafkaNodeOptions {
  readonly id: number
  /** Absolute folder of this node. */
  readonly directory: string
  readonly jarsDirectory: string
  readonly clusterId: string
  readonly ports: readonly NodePorts[]
  readonly reachedAt: readonly NodePorts[]
  readonly env?: Readonly<Record<string, string>> | undefined
  readonly signal?: AbortSignal | undefined
}

/** One node that can be started, killed and started again over the same data. */
export interface KafkaNode {
  readonly id: number
  /** Null while it does not run. */
  readonly pid: number | null
  readonly dataDirectory: string
  /** Starts the process; whether it serves is for describeCluster to say. */
  start(): Promise<void>
  kill(signal: NodeJS.Signals): void
  stop(): Promise<void>
  /** Null while it runs; otherwise how it ended, with the end of its log. */
  failure(): Promise<string | null>
}

/** Before ports are chosen: a node that a killed earlier start left behind holds them. One that is in use is refused. */
export const endKafkaOrphan = (id: number, directory: string, onLine: (line: string) => void): Promise<void> =>
  stopOrphan({ name: nameOf(id), recordFile: recordFileOf(directory), steps: STOP_STEPS, onLine })

/** Writes the node's settings and formats its folder where that was not done yet. */
export const prepareKafkaNode = async (options: KafkaNodeOptions): Promise<KafkaNode> => {
  const { id, directory, jarsDirectory, clusterId, ports, reachedAt, env, signal } = options
  const name = nameOf(id)
  const dataDirectory = join(directory, 'data')
  const properties = join(directory, 'server.properties')
  const logFile = join(directory, 'server.log')
  const recordFile = recordFileOf(directory)
  const java = (...args: string[]) => [...JAVA_FLAGS, '-cp', join(jarsDirectory, '*'), ...args]

  await mkdir(directory, { recursive: true })
  await writeFile(properties, serverProperties({ id, ports, reachedAt, dataDirectory }))
  if (!(await isFormatted(dataDirectory))) {
    // -g: a folder that is formatted already is left as it is.
    const { ok, output, problem } = await runCommand('java', java('kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', properties, '-g'), {
      timeoutMs: FORMAT_MS_MAX,
      signal,
    })
    if (!ok) throw new Error(`${name}: its folder ${dataDirectory} could not be formatted (${problem}):\n${output}`)
  }

  let server: Server | null = null
  const running = () => (server !== null && server.ended() === null ? server : null)
  return {
    id,
    dataDirectory,
    get pid() {
      return running()?.pid ?? null
    },
    start: async () => {
      if (await running()?.goesOn()) return
      server = await startServer({ command: 'java', args: java('kafka.Kafka', properties), directory, env, logFile, recordFile, marker: properties, steps: STOP_STEPS })
    },
    kill: (signal) => running()?.kill(signal),
    stop: async () => server?.stop(),
    failure: async () => (running() ? null : `${name} is not running (${server?.ended() ?? 'never started'}). The end of its log ${logFile}:\n${await logTail(logFile)}`),
  }
}

const nameOf = (id: number) => `Kafka node ${id}`

const recordFileOf = (directory: string) => join(directory, 'process.json')

const isFormatted = (dataDirectory: string): Promise<boolean> =>
  stat(join(dataDirectory, 'meta.properties')).then(
    () => true,
    () => false,
  )
