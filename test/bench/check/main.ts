/**
 * What the check of a day costs, by how many calls it has: `pnpm bench:check --calls 1000000`. The log is filled, rebuilt into Postgres, and `check --day` is run
 * as the projector runs it. Progress goes to stderr; stdout gets one line in words and, as its last line, everything measured as JSON. Asserts nothing about
 * speed; ends with 1 where the day is not equal.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { inspect, parseArgs } from 'node:util'
import { OBSERVATIONS_TOPIC, TOPICS } from '@rollcall/contracts/topics'
import { openEventLog } from '@rollcall/event-log/open-event-log'
import { serveEmbedded } from '@rollcall/local/serve-embedded'
import { migrate } from '@rollcall/store/migrate'
import { createPool } from '@rollcall/store/pool'
import { beginPositions } from '@rollcall/store/projection/begin-positions'
import { z } from 'zod'
import { machineFacts } from '../machine-facts.ts'
import { reapedCpuSeconds, treeUsage } from '../process-usage.ts'
import { fillLog } from '../rebuild/fill-log.ts'
import { runRebuild } from '../rebuild/run-rebuild.ts'
import { serviceArguments } from '../service-arguments.ts'
import { startStack } from '../stack.ts'

const USAGE = 'pnpm bench:check [--calls 1000..5000000] [--seed 0..999999]'
/** Of each call: two webhooks and the API's row, or about so. */
const OBSERVATIONS_PER_CALL = 3
const SAMPLE_MS = 100
const MIB = 1024 ** 2

const onLine = (line: string): void => void process.stderr.write(`${line}\n`)
const stopping = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopping.abort(new Error(`stopped by ${name}`)))
const { signal } = stopping

const Checked = z.object({ outcome: z.string(), observations: z.int(), told: z.object({ calls: z.int() }), differing: z.int(), startedAt: z.number(), endedAt: z.number() })

const runCheck = async (day: string, account: string, env: Readonly<Record<string, string>>, postgresPid: number) => {
  const postgresBefore = reapedCpuSeconds(postgresPid)
  const args = [...serviceArguments('projector', null), 'check', `--day=${day}`, `--account=${account}`, '--json']
  const child = spawn(process.execPath, args, { env: { PATH: process.env.PATH ?? '', ...env }, stdio: ['ignore', 'pipe', 'inherit'], signal })
  let [said, peakRssBytes, cpuSeconds] = ['', 0, 0]
  child.stdout.on('data', (text) => {
    said += text
  })
  const sampling = setInterval(() => {
    const [own] = treeUsage(child.pid ?? 0)
    peakRssBytes = Math.max(peakRssBytes, own?.peakRssBytes ?? 0)
    cpuSeconds = Math.max(cpuSeconds, own?.cpuSeconds ?? 0)
  }, SAMPLE_MS)
  await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject)).finally(() => clearInterval(sampling))
  const { outcome, observations, told, startedAt, endedAt } = Checked.parse(JSON.parse(said.trim().split('\n').at(-1) ?? ''))
  return {
    day,
    outcome,
    observations,
    calls: told.calls,
    seconds: (endedAt - startedAt) / 1_000,
    cpuSeconds,
    postgresCpuSeconds: reapedCpuSeconds(postgresPid) - postgresBefore,
    peakRssBytes,
  }
}

const measure = async (calls: number, seed: number) => {
  const { directory, databaseUrl, postgresPid, stop } = await startStack(onLine, signal)
  const embedded = await serveEmbedded(join(directory, 'log'))
  const pool = createPool({ databaseUrl, applicationName: 'bench', max: 1 })
  try {
    await migrate(databaseUrl)
    const log = await openEventLog({ kafkaBrokers: undefined, embeddedLogUrl: embedded.url, clientId: 'bench' })
    await log.ensureTopics(TOPICS)
    const machine = await machineFacts(directory, databaseUrl)
    await fillLog(log, { observations: calls * OBSERVATIONS_PER_CALL, calls, seed }, onLine, signal)
    const positions = new Map([...(await log.bounds(OBSERVATIONS_TOPIC))].map(([partition, { next }]) => [partition, next]))
    await beginPositions(pool, { topic: OBSERVATIONS_TOPIC, positions, epoch: 1n, logClusterId: await log.clusterId() })
    await log.close()
    const env = { EMBEDDED_LOG_URL: embedded.url, DATABASE_URL: databaseUrl, ROLLCALL_ALLOW_UNSAFE_TOPICS: 'true', LOG_LEVEL: 'warn' }
    onLine('the log is filled; rebuilding')
    await runRebuild({ env, postgresPid, directory, profileDirectory: null, swap: true, signal })
    const { rows } = await pool.query<{ account: string; day: string; calls: bigint }>(
      `SELECT account, ((created_at AT TIME ZONE 'UTC') + interval '330 minutes')::date::text AS day, count(*) AS calls FROM projection.calls WHERE created_at IS NOT NULL GROUP BY 1, 2 ORDER BY 3 DESC LIMIT 1`,
    )
    const [{ account, day } = { account: '', day: '' }] = rows
    await pool.query('INSERT INTO rollcall.accounts (account, first_window) VALUES ($1, now())', [account])
    onLine(`rebuilt; checking ${day} of ${account}`)
    return { machine, checked: await runCheck(day, account, env, postgresPid) }
  } finally {
    await pool.end()
    await embedded.stop()
    await stop()
  }
}

try {
  const { values } = parseArgs({ args: process.argv.slice(2).filter((arg) => arg !== '--'), options: { calls: { type: 'string' }, seed: { type: 'string' } }, strict: true })
  const { calls, seed } = z
    .object({ calls: z.coerce.number().int().min(1_000).max(5_000_000).default(1_000_000), seed: z.coerce.number().int().min(0).max(999_999).default(1) })
    .parse(values)
  const measured = await measure(calls, seed)
  const { machine, checked } = measured
  process.stdout.write(
    `${checked.day}: ${checked.outcome}, ${checked.calls} calls by ${checked.observations} observations in ${checked.seconds.toFixed(1)} s; CPU ${checked.cpuSeconds.toFixed(1)} s, and ` +
      `${checked.postgresCpuSeconds.toFixed(1)} s of Postgres; peak RSS ${Math.round(checked.peakRssBytes / MIB)} MiB; ${machine.cores} cores, load before the run ${machine.loadBefore.toFixed(1)}\n${JSON.stringify(measured)}\n`,
  )
  process.exitCode = checked.outcome === 'equal' ? 0 : 1
} catch (error) {
  process.stderr.write(`bench:check: ${inspect(signal.aborted ? signal.reason : error)}\n${error instanceof z.ZodError ? `${USAGE}\n` : ''}`)
  process.exitCode = error instanceof z.ZodError ? 2 : 1
}
