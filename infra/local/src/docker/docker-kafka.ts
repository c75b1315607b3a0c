import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describeCluster } from '@rollcall/event-log/kafka/describe-cluster'
import { keptPorts } from '../kept-ports.ts'
import { runCommand } from '../process/run-command.ts'
import { PROJECT_ROOT } from '../project-root.ts'
import type { Usable } from '../usable.ts'

const INFO_MS_MAX = 8_000
/** Includes pulling the image, about 400 MB. */
const UP_MS_MAX = 10 * 60_000
const DOWN_MS_MAX = 60_000
const READY_MS_MAX = 60_000
const READY_POLL_MS = 250
const COMPOSE_FILE = join(PROJECT_ROOT, 'infra/compose/compose.yaml')

/** Whether a Docker engine answers and compose is there; having the command is not enough. */
export const findDocker = async (signal?: AbortSignal): Promise<Usable> => {
  const ask = (...args: string[]) => runCommand('docker', args, { timeoutMs: INFO_MS_MAX, signal })
  const [info, compose] = await Promise.all([ask('info'), ask('compose', 'version')])
  if (info.problem === 'not found') return { usable: false, why: 'there is no docker command' }
  if (!info.ok) return { usable: false, why: `no Docker engine answers (docker info: ${info.problem})` }
  if (!compose.ok) return { usable: false, why: `Docker has no compose (docker compose version: ${compose.problem})` }
  return { usable: true, what: 'Docker answers' }
}

export interface DockerKafka {
  readonly brokers: readonly string[]
  /** Stops the container; its volume keeps the data. */
  stop(): Promise<void>
}

/** One compose project per data directory, so that two of them do not share a broker. */
const composeArgs = (directory: string): string[] => {
  const project = `rollcall-${createHash('sha256').update(directory).digest('hex').slice(0, 12)}`
  return ['compose', '-f', COMPOSE_FILE, '-p', project, '--env-file', join(directory, 'compose.env')]
}

/** Apache Kafka in a container, published on a loopback port that is kept in `directory`. */
export const startDockerKafka = async (directory: string, onLine: (line: string) => void, signal?: AbortSignal): Promise<DockerKafka> => {
  const [port] = (await keptPorts(join(directory, 'ports.json'), 1)) as [number]
  await writeFile(join(directory, 'compose.env'), `ROLLCALL_KAFKA_PORT=${port}\n`)
  const compose = (args: string[], timeoutMs: number, giveUp?: AbortSignal) => runCommand('docker', [...composeArgs(directory), ...args], { timeoutMs, signal: giveUp })
  const stop = async () => {
    const { ok, output } = await compose(['stop'], DOWN_MS_MAX)
    if (!ok) throw new Error(`Docker could not stop Kafka:\n${output}`)
  }
  onLine('Kafka: docker compose up (the first time it pulls the image)')
  try {
    const { ok, output, problem } = await compose(['up', '--detach', '--wait'], UP_MS_MAX, signal)
    if (!ok) throw new Error(`Docker could not start Kafka (${problem}):\n${output}\n${(await compose(['logs', '--tail', '40'], DOWN_MS_MAX)).output}`)
    const brokers = [`127.0.0.1:${port}`]
    await untilItAnswers(brokers, signal)
    return { brokers, stop }
  } catch (error) {
    await stop().catch(() => undefined)
    throw error
  }
}

/** Removes the container and its volume: what `--fresh` does to a log that is not in the data directory itself. Docker gone must not stop a fresh start. */
export const removeDockerKafka = async (directory: string, onLine: (line: string) => void): Promise<void> => {
  const { ok, output, problem } = await runCommand('docker', [...composeArgs(directory), 'down', '--volumes'], { timeoutMs: DOWN_MS_MAX })
  if (!ok) onLine(`Kafka: Docker did not remove the old container and its volume (${problem}): ${output}`)
}

const untilItAnswers = async (brokers: readonly string[], signal?: AbortSignal): Promise<void> => {
  for (const giveUpAt = performance.now() + READY_MS_MAX; ; await sleep(READY_POLL_MS, undefined, { signal })) {
    const answered = await describeCluster(brokers).then(
      () => true,
      () => false,
    )
    if (answered) return
    if (performance.now() > giveUpAt) throw new Error(`Kafka in Docker does not answer at ${brokers.join(', ')} after ${READY_MS_MAX / 1_000} s`)
  }
}
