/**
 * What an export of a day costs, and whether ingest feels it: `pnpm bench:export --calls 1000000 --rate 200`. A day of certified calls in Postgres, the real ingest under a steady load,
 * the real audit service, and each format downloaded over HTTP. Says of each how long it took, the most memory that the audit process held, and ingest's and the API's own
 * latencies meanwhile, beside those of a time without an export before and after. Prints Markdown; asserts nothing about speed.
 *
 * `--apart`: ingest, Kafka and the load have one core, and the audit service, Postgres and the download another, from before the first time without an export.
 */

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { EXPORT_FORMATS } from '@rollcall/contracts/audit-api/export'
import { TOPICS } from '@rollcall/contracts/topics'
import { canonicalTime } from '@rollcall/domain/time'
import { openEventLog } from '@rollcall/event-log/open-event-log'
import { runVerifier } from '@rollcall/evidence/verify-pack'
import { issueToken } from '@rollcall/store/audit/issue-token'
import { migrate } from '@rollcall/store/migrate'
import { createPool } from '@rollcall/store/pool'
import { startIngest } from '../ingest/start-ingest.ts'
import { keepOnCore } from '../keep-on-core.ts'
import { cpuSeconds, peakRssBytesIn, treeUsage } from '../process-usage.ts'
import { quantile } from '../spool/figure.ts'
import { isKept, steadyLoad } from '../spool/steady-load.ts'
import { startStack } from '../stack.ts'
import { download, runDownload } from './download.ts'
import { fillCertifiedDay, WINDOWS } from './fill-certified-day.ts'
import { startAudit } from './start-audit.ts'

const SETTLE_MS = 5_000
const ASK_EVERY_MS = 100
const STATEMENT_MS_MAX = 600_000
const MIB = 1024 ** 2
const [RECEIVING_CORE, ASKED_CORE] = [0, 1]
/** An auditor's computer is another one: what is downloaded does not go to the disk that ingest waits for. */
const MEMORY = '/dev/shm'
const onLine = (line: string): void => void process.stderr.write(`${line}\n`)

const { values } = parseArgs({
  args: process.argv.slice(2).filter((arg) => arg !== '--'),
  options: {
    calls: { type: 'string', default: '1000000' },
    rate: { type: 'string', default: '200' },
    /** Without an export, before and after. */
    quiet: { type: 'string', default: '30' },
    formats: { type: 'string', default: EXPORT_FORMATS.join(',') },
    apart: { type: 'boolean', default: false },
    download: { type: 'string' },
    out: { type: 'string' },
  },
})

/** From now on; where the kernel does not let that be asked for, since the process began. */
const forgetPeak = (pid: number): void => {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, '5')
  } catch {}
}
const peakMiB = (pid: number): number => peakRssBytesIn(readFileSync(`/proc/${pid}/status`, 'utf8')) / MIB

/** How long a question takes that reads nothing but the token, again and again until `signal`. */
const askAgain = async (url: string, token: string, signal: AbortSignal): Promise<readonly number[]> => {
  const took: number[] = []
  while (!signal.aborted) {
    const began = performance.now()
    await (await fetch(`${url}/v1/session`, { headers: { authorization: `Bearer ${token}` } })).text()
    took.push(performance.now() - began)
    await sleep(ASK_EVERY_MS, undefined, { signal }).catch(() => {})
  }
  return took
}

const main = async (): Promise<void> => {
  const stopping = new AbortController()
  process.once('SIGINT', () => stopping.abort())
  process.once('SIGTERM', () => stopping.abort())
  const { signal } = stopping
  const stack = await startStack(onLine, signal)
  const stops: (() => Promise<unknown>)[] = [stack.stop]
  try {
    const { brokers, databaseUrl } = stack
    await migrate(databaseUrl)
    const pool = createPool({ databaseUrl, applicationName: 'bench', max: 2, statementMsMax: STATEMENT_MS_MAX })
    stops.push(() => pool.end())
    const log = await openEventLog({ kafkaBrokers: brokers, clientId: 'bench' })
    stops.push(() => log.close())
    await log.ensureTopics(TOPICS)
    const keeperDirectory = join(stack.directory, 'keeper')
    const callsPerWindow = Math.ceil(Number(values.calls) / WINDOWS)
    const day = await fillCertifiedDay({ pool, log, keeperDirectory, callsPerWindow, onLine })
    await pool.query('VACUUM ANALYZE')
    const { token } = await issueToken(pool, { subject: 'bench', scopes: ['export'], accounts: [day.account], days: 1, now: Date.now() }, async () => {})
    const [ingestDirectory, auditDirectory] = [join(stack.directory, 'ingest'), join(stack.directory, 'audit')]
    await mkdir(ingestDirectory, { recursive: true })
    await mkdir(auditDirectory, { recursive: true })
    const ingest = await startIngest({ processes: 1, brokers, directory: ingestDirectory, profileDirectory: null, signal })
    stops.push(ingest.stop)
    const audit = await startAudit({ log: { KAFKA_BROKERS: brokers.join(',') }, databaseUrl, directory: auditDirectory, keeperDirectory, signal })
    stops.push(audit.stop)
    if (values.apart) {
      keepOnCore(RECEIVING_CORE, [process.pid, ingest.pid, stack.brokerPid])
      keepOnCore(ASKED_CORE, [audit.pid, stack.postgresPid])
    }

    console.log(
      `${WINDOWS * callsPerWindow} calls in ${WINDOWS} windows, ${values.rate} webhooks/s${values.apart ? ', a core for each side' : ''}; load before the run ${loadavg()
        .map((load) => load.toFixed(1))
        .join(', ')}\n`,
    )
    console.log(
      '| Meanwhile | Seconds | MB | Audit MiB at most | Audit CPU s | Ingest p50 ms | Ingest p99 ms | Not 2xx | API p99 ms | Load |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    )
    const load = steadyLoad(ingest.url, Number(values.rate), '0007')
    stops.push(load.stop)
    await sleep(SETTLE_MS, undefined, { signal })
    const phase = async (what: string, work: () => Promise<number | null>): Promise<void> => {
      forgetPeak(audit.pid)
      const asking = new AbortController()
      const asked = askAgain(audit.url, token, asking.signal)
      const cpuBefore = cpuSeconds(treeUsage(audit.pid))
      const from = performance.now()
      const bytes = await work()
      const to = performance.now()
      asking.abort()
      const apiMs = await asked
      const sent = load.sent.filter(({ at }) => from <= at && at < to)
      const took = sent.map(({ tookMs }) => tookMs)
      const cells = [
        (to - from) / 1_000,
        bytes === null ? null : bytes / 1e6,
        peakMiB(audit.pid),
        cpuSeconds(treeUsage(audit.pid)) - cpuBefore,
        quantile(took, 0.5),
        quantile(took, 0.99),
        sent.filter((one) => !isKept(one)).length,
        quantile(apiMs, 0.99),
        loadavg()[0] ?? Number.NaN,
      ]
      console.log(`| ${[what, ...cells.map((cell) => (cell === null ? '' : Number.isInteger(cell) ? String(cell) : cell.toFixed(1)))].join(' | ')} |`)
    }
    const quiet = async (): Promise<null> => {
      await sleep(Number(values.quiet) * 1_000, undefined, { signal })
      return null
    }
    const downloads = await mkdtemp(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'rollcall-downloads-'))
    stops.push(() => rm(downloads, { recursive: true }))
    const packFile = join(downloads, 'pack.zip')
    await phase('no export', quiet)
    for (const format of values.formats.split(',')) {
      const url = `${audit.url}/v1/accounts/${day.account}/export?format=${format}&from=${canonicalTime(day.from)}&to=${canonicalTime(day.to)}`
      const file = format === 'pack' ? packFile : join(downloads, 'table.zip')
      await phase(format, async () => (await runDownload({ url, token, file, core: values.apart ? ASKED_CORE : null, signal })).bytes)
      if (file !== packFile) await rm(file)
    }
    await phase('no export', quiet)
    await load.stop()
    if (!values.formats.split(',').includes('pack')) return
    const began = performance.now()
    const failed: string[] = []
    const code = await runVerifier([packFile, '--key', day.verifierKey], (line) => (line.startsWith('FAIL') ? failed.push(line) : 0), onLine)
    console.log(`\nThe pack verified in ${((performance.now() - began) / 1_000).toFixed(1)} s: ${code === 0 ? 'every claim holds' : failed.join('; ')}`)
  } finally {
    for (let stop = stops.pop(); stop !== undefined; stop = stops.pop()) await stop()
  }
}

if (values.download !== undefined && values.out !== undefined) console.log(JSON.stringify(await download(values.download, values.out)))
else await main()
