import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { PROJECT_ROOT } from '@rollcall/local/project-root'

const HOSTS = 2
const CONFIG = join(PROJECT_ROOT, 'infra/haproxy/haproxy.cfg')
const READY_MS_MAX = 60_000
/** On however busy a machine: a host must have started, and been asked twice. */
const BOTH_READY_MS_MAX = 60_000
const READY_POLL_MS = 100
/** It ends its sessions first. */
const LEAVES_MS_MAX = 10_000

export interface Balancer {
  /** Waits until it sends webhooks to both hosts. @throws Error when it does not come to that. */
  bothReady(): Promise<void>
  stop(): Promise<void>
}

export interface BalancerOptions {
  /** Of Exotel's side, on loopback. */
  readonly port: number
  /** Where each of the two ingest hosts is reached. */
  readonly hosts: readonly [number, number]
  readonly logFile: string
  /** Made by HAProxy; a path short enough for a socket. */
  readonly adminSocket: string
  readonly env: Readonly<Record<string, string>>
}

/** HAProxy, as infra/haproxy has it, before two ingest hosts. @throws Error when it is not installed, or lets nothing through. */
export const startBalancer = async ({ port, hosts: [first, second], logFile, adminSocket, env }: BalancerOptions): Promise<Balancer> => {
  const log = openSync(logFile, 'a')
  const settings = { WEBHOOKS_BIND: `127.0.0.1:${port}`, INGEST_1: `127.0.0.1:${first}`, INGEST_2: `127.0.0.1:${second}`, HAPROXY_ADMIN_SOCKET: adminSocket }
  const child = spawn('haproxy', ['-db', '-f', CONFIG], { env: { ...env, ...settings }, detached: true, stdio: ['ignore', log, log] })
  closeSync(log)
  await once(child, 'spawn').catch((cause) => {
    throw new Error('HAProxy could not be started: apt-get install haproxy', { cause })
  })
  const stop = () => end(child)
  const bothReady = async (): Promise<void> => {
    for (const until = performance.now() + BOTH_READY_MS_MAX; (await readyHosts(adminSocket)) < HOSTS; await sleep(READY_POLL_MS))
      if (performance.now() > until) throw new Error(`HAProxy has not both hosts ready after ${BOTH_READY_MS_MAX / 1_000} s; see ${logFile}`)
  }
  for (const until = performance.now() + READY_MS_MAX; ; await sleep(READY_POLL_MS)) {
    // A host that is up answers that there is nothing at this path; without one HAProxy answers 503 itself.
    const status = (await fetch(`http://127.0.0.1:${port}/`).catch(() => null))?.status ?? 503
    if (status !== 503) return { bothReady, stop }
    if (performance.now() > until) {
      await stop()
      throw new Error(`HAProxy has no host to send webhooks to after ${READY_MS_MAX / 1_000} s; see ${logFile}`)
    }
  }
}

/** To how many hosts it sends webhooks now. */
const readyHosts = async (adminSocket: string): Promise<number> => {
  const connection = connect(adminSocket)
  connection.write('show stat\n')
  let said = ''
  for await (const text of connection) said += text
  return said.split('\n').filter((line) => /^ingest,ingest-\d,.*,UP,/.test(line)).length
}

const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  const late = setTimeout(() => child.kill('SIGKILL'), LEAVES_MS_MAX)
  await gone
  clearTimeout(late)
}
