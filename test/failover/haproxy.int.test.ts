/** Two ingest hosts behind a real HAProxy with infra/haproxy/haproxy.cfg, as Exotel sees them: one attempt of fifteen seconds, and no other. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { OBSERVATIONS_TOPIC, TOPICS } from '@rollcall/contracts/topics'
import { openEmbeddedEventLog } from '@rollcall/event-log/embedded/embedded-event-log'
import { serveEmbeddedLog } from '@rollcall/event-log/embedded/serve-embedded-log'
import type { EventLog } from '@rollcall/event-log/event-log'
import { PROJECT_ROOT } from '@rollcall/local/project-root'
import { until } from '@rollcall/projector/testing/until'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Child, startChild } from '../bench/child.ts'
import { serviceArguments } from '../bench/service-arguments.ts'
import { freePorts } from '../e2e/free-ports.ts'
import { writeAccounts } from '../e2e/write-accounts.ts'

const CONFIG = join(PROJECT_ROOT, 'infra/haproxy/haproxy.cfg')
const ACCOUNT = 'acme'
const EXOTEL_WAITS_MS = 15_000
const CALLERS = 8
const CALM_MS = 1_000
const STARTS_MS_MAX = 120_000
/** A HAProxy that was stopped ends its sessions first. */
const LEAVES_MS_MAX = 10_000

const version = ((): string | null => {
  try {
    return execFileSync('haproxy', ['-v'], { encoding: 'utf8' }).split('\n')[0] ?? ''
  } catch {
    return null
  }
})()
if (version === null) {
  if (process.env.CI === 'true') throw new Error('HAProxy is not installed; CI needs it: apt-get install haproxy')
  console.info('HAProxy is not installed, its test is skipped: apt-get install haproxy')
}

describe.skipIf(version === null)('two ingest hosts behind HAProxy', () => {
  let directory: string
  let log: EventLog
  let url: string
  let haproxy: ChildProcess
  const hosts: { child: Child; readonly start: () => Promise<Child> }[] = []
  const stops: (() => Promise<unknown>)[] = []
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rollcall-haproxy-'))
    log = await openEmbeddedEventLog({ directory: join(directory, 'log') })
    await log.ensureTopics(TOPICS)
    const served = await serveEmbeddedLog({ log, host: '127.0.0.1', port: 0 })
    const { accountsFile, webhookSecret } = await writeAccounts(join(directory, 'accounts'), [{ sid: ACCOUNT, baseUrl: 'http://127.0.0.1:9' }])
    const [front = 0, ...ports] = await freePorts(3)
    for (const [nth, port] of ports.entries()) {
      const start = async () => {
        const child = await startChild({
          name: `ingest-${nth}`,
          args: serviceArguments('ingest', null),
          env: {
            EMBEDDED_LOG_URL: served.url,
            ROLLCALL_ACCOUNTS_FILE: accountsFile,
            ROLLCALL_DATA_DIR: join(directory, `host-${nth}`),
            ROLLCALL_ALLOW_UNSAFE_TOPICS: 'true',
            INGEST_PORT: String(port),
            INGEST_ADMIN_PORT: '0',
            INGEST_LEAVE_MS: '3000',
            INGEST_TRUSTED_PROXIES: '127.0.0.1/32',
          },
          logFile: join(directory, `ingest-${nth}.log`),
          // A machine that does other things may be slow to start it: it is waited for below, for longer.
          isReady: async () => true,
          signal: new AbortController().signal,
        })
        const ready = async () => (await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null))?.ok === true
        await until(`ingest-${nth} is ready`, ready, STARTS_MS_MAX)
        return child
      }
      hosts.push({ child: await start(), start })
    }
    const env = {
      PATH: process.env.PATH ?? '',
      WEBHOOKS_BIND: `127.0.0.1:${front}`,
      INGEST_1: `127.0.0.1:${ports[0]}`,
      INGEST_2: `127.0.0.1:${ports[1]}`,
      HAPROXY_ADMIN_SOCKET: join(directory, 'admin'),
    }
    haproxy = spawn('haproxy', ['-db', '-f', CONFIG], { env, stdio: 'ignore' })
    url = `http://127.0.0.1:${front}/hooks/${ACCOUNT}/${webhookSecret}/status-callback`
    stops.push(
      served.close,
      () => log.close(),
      () => rm(directory, { recursive: true, force: true }),
    )
    await until('HAProxy lets webhooks through', async () => (await deliver('first').catch(() => 0)) === 200)
  })
  afterAll(async () => {
    if (haproxy?.exitCode === null) {
      haproxy.kill('SIGTERM')
      await once(haproxy, 'exit', { signal: AbortSignal.timeout(LEAVES_MS_MAX) })
    }
    for (const { child } of hosts) {
      signalTo(child, 'SIGCONT')
      await child.stop()
    }
    for (const stop of stops) await stop()
  })

  /** One attempt, as Exotel makes it; its status. */
  const deliver = async (callSid: string): Promise<number> => {
    const body = new URLSearchParams({ CallSid: callSid, EventType: 'terminal', Status: 'completed' })
    const answer = await fetch(url, { method: 'POST', body, signal: AbortSignal.timeout(EXOTEL_WAITS_MS) })
    await answer.arrayBuffer()
    return answer.status
  }
  const inLog = async (): Promise<ReadonlySet<string>> => {
    const found = new Set<string>()
    const bounds = await log.bounds(OBSERVATIONS_TOPIC)
    const at = new Map([...bounds].map(([partition, { low }]) => [partition, low]))
    for (;;) {
      const from = new Map([...at].filter(([partition, next]) => next < (bounds.get(partition)?.next ?? 0n)))
      if (from.size === 0) return found
      for (const [partition, records] of await log.read(OBSERVATIONS_TOPIC, from, { maxBytes: 4 * 1024 * 1024, maxWaitMs: 0 }))
        for (const { headers, offset } of records) {
          found.add(headers.ce_subject ?? '')
          at.set(partition, offset + 1n)
        }
    }
  }

  it.each([
    ['is killed', async (nth: number) => signalTo(hosts[nth]?.child, 'SIGKILL')],
    ['drains', async (nth: number) => signalTo(hosts[nth]?.child, 'SIGTERM')],
    ['stands still', async (nth: number) => signalTo(hosts[nth]?.child, 'SIGSTOP')],
  ])(
    'take every webhook at its first attempt while either of them %s under load',
    async (what, befalls) => {
      const stopping = new AbortController()
      const refused: string[] = []
      const sent: string[] = []
      let slowestMs = 0
      const caller = async () => {
        while (!stopping.signal.aborted) {
          const callSid = randomUUID()
          const began = performance.now()
          const status = await deliver(callSid).catch((error: Error) => `${error.message}: ${(error.cause as NodeJS.ErrnoException | undefined)?.message}`)
          slowestMs = Math.max(slowestMs, performance.now() - began)
          sent.push(callSid)
          if (status !== 200) refused.push(`${status}`)
        }
      }
      const callers = Array.from({ length: CALLERS }, caller)
      await sleep(CALM_MS)
      for (const [nth, host] of hosts.entries()) {
        // The second one in the very moment in which the first is back: all that it had, and all that comes, is the newcomer's at once.
        await befalls(nth)
        const before = sent.length
        // The other one takes all: longer than HAProxy may wait for the one that stands still.
        await expect.poll(() => sent.length).toBeGreaterThan(before + 10 * CALLERS)
        signalTo(host.child, 'SIGCONT')
        await host.child.stop()
        host.child = await host.start()
        await until('HAProxy has taken it back', async () => (await serversUp(join(directory, 'admin'))) === hosts.length, STARTS_MS_MAX)
      }
      stopping.abort()
      await Promise.all(callers)
      console.info(`${version}: a host ${what}: ${sent.length} webhooks, ${refused.length} not taken, the slowest after ${Math.round(slowestMs)} ms`)
      expect(refused).toEqual([])
      expect(slowestMs).toBeLessThan(EXOTEL_WAITS_MS)
      const missing = async () => {
        const found = await inLog()
        return sent.filter((callSid) => !found.has(callSid)).length
      }
      await expect.poll(missing).toBe(0)
    },
    3 * STARTS_MS_MAX,
  )

  it('take webhooks also where neither answers checks in time, as busy ones may not', async () => {
    const socket = join(directory, 'admin')
    for (const server of ['ingest/ingest-1', 'ingest/ingest-2']) await tell(socket, `disable health ${server}; set server ${server} health down`)
    expect(await serversUp(socket)).toBe(0)
    const callSids = Array.from({ length: 5 * CALLERS }, () => randomUUID())
    expect([...new Set(await Promise.all(callSids.map(deliver)))]).toEqual([200])
    const missing = async () => {
      const found = await inLog()
      return callSids.filter((callSid) => !found.has(callSid)).length
    }
    await expect.poll(missing).toBe(0)
    for (const server of ['ingest/ingest-1', 'ingest/ingest-2']) await tell(socket, `enable health ${server}`)
    await until('HAProxy has taken both back', async () => (await serversUp(socket)) === hosts.length)
  })
})

/** What HAProxy answers to an operator. */
const tell = async (socket: string, command: string): Promise<string> => {
  const connection = connect(socket)
  connection.write(`${command}\n`)
  let said = ''
  for await (const text of connection) said += text
  return said
}

/** How many ingest hosts HAProxy sends webhooks to. */
const serversUp = async (socket: string): Promise<number> => {
  const said = await tell(socket, 'show stat')
  return said.split('\n').filter((line) => /^ingest,ingest-\d,.*,UP,/.test(line)).length
}

const signalTo = (child: Child | undefined, signal: NodeJS.Signals): void => {
  try {
    if (child !== undefined) process.kill(child.pid, signal)
  } catch {
    // It has left by itself.
  }
}
