import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { KafkaNode } from '@rollcall/local/kafka/kafka-node'
import type { PostgresServer } from '@rollcall/local/postgres/postgres-server'
import { NotMadeError } from './not-made-error.ts'

const FELT_MS_MAX = 5_000
const POLL_MS = 10

/** What can be signalled: a service, a broker, a Postgres server. */
export interface Running {
  readonly name: string
  pid(): number | null
  signal(signal: NodeJS.Signals): void
}

export const broker = (node: KafkaNode): Running => ({ name: 'the broker', pid: () => node.pid, signal: node.kill })
export const postgres = (server: PostgresServer): Running => ({ name: 'Postgres', pid: () => server.pid, signal: server.kill })

/** @throws NotMadeError where it does not run */
export const pidOf = ({ name, pid }: Running): number => {
  const running = pid()
  if (running === null) throw new NotMadeError(`${name} was not running`)
  return running
}

/** Signals a process that runs. Of SIGKILL and SIGSTOP it waits until the process has ended, or stands still. @throws NotMadeError where it does not run, or goes on */
export const signalProcess = async (target: Running, signal: NodeJS.Signals): Promise<void> => {
  const pid = pidOf(target)
  target.signal(signal)
  if (signal === 'SIGKILL') await felt(`${target.name} did not end`, async () => target.pid() !== pid)
  if (signal === 'SIGSTOP') await felt(`${target.name} did not stand still`, async () => /^[Tt]$/.test(await stateOf(pid)))
}

const felt = async (otherwise: string, isFelt: () => Promise<boolean>): Promise<void> => {
  for (const until = performance.now() + FELT_MS_MAX; !(await isFelt()); await sleep(POLL_MS)) if (performance.now() > until) throw new NotMadeError(otherwise)
}

/** One letter, as in `ps`: T is stopped. Empty where there is no such process. The name before it may have anything in it, brackets too. */
const stateOf = async (pid: number): Promise<string> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return stat.slice(stat.lastIndexOf(')') + 2).slice(0, 1)
}
