import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { PROJECT_ROOT } from '@rollcall/local/project-root'

const CONFIG = join(PROJECT_ROOT, 'infra/haproxy/haproxy.cfg')
const READY_MS_MAX = 60_000
const READY_POLL_MS = 100
/** It ends its sessions first. */
const LEAVES_MS_MAX = 10_000

export interface Balancer {
  stop(): Promise<void>
}

export interface BalancerOptions {
  /** Of Exotel's side, on loopback. */
  readonly port: number
  /** Where each of the two ingest hosts is reached. */
  readonly hosts: readonly [number, number]
  readonly logFile: string
  readonly env: Readonly<Record<string, string>>
}

/** HAProxy, as infra/haproxy has it, before two ingest hosts. @throws Error when it is not installed, or lets nothing through. */
export const startBalancer = async ({ port, hosts: [first, second], logFile, env }: BalancerOptions): Promise<Balancer> => {
  const log = openSync(logFile, 'a')
  const settings = { WEBHOOKS_BIND: `127.0.0.1:${port}`, INGEST_1: `127.0.0.1:${first}`, INGEST_2: `127.0.0.1:${second}` }
  const child = spawn('haproxy', ['-db', '-f', CONFIG], { env: { ...env, ...settings }, detached: true, stdio: ['ignore', log, log] })
  closeSync(log)
  await once(child, 'spawn').catch((cause) => {
    throw new Error('HAProxy could not be started: apt-get install haproxy', { cause })
  })
  const stop = () => end(child)
  for (const until = performance.now() + READY_MS_MAX; ; await sleep(READY_POLL_MS)) {
    // A host that is up answers that there is nothing at this path; without one HAProxy answers 503 itself.
    const status = (await fetch(`http://127.0.0.1:${port}/`).catch(() => null))?.status ?? 503
    if (status !== 503) return { stop }
    if (performance.now() > until) {
      await stop()
      throw new Error(`HAProxy has no host to send webhooks to after ${READY_MS_MAX / 1_000} s; see ${logFile}`)
    }
  }
}

const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  const late = setTimeout(() => child.kill('SIGKILL'), LEAVES_MS_MAX)
  await gone
  clearTimeout(late)
}
