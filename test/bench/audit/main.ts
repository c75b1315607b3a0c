/**
 * How long auditors wait, on many calls: `pnpm bench:audit --cdrs 10000000 --days 365`. Fills a Postgres of its own, counts every day's measures as the
 * audit service does, and then asks what the page asks, by the role and through the handlers that answer it. Progress goes to stderr; stdout gets one
 * line for each question and, as its last line, everything measured as JSON. Asserts nothing about speed.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { createHandlers } from '@rollcall/audit/answers/handlers'
import { createCursors } from '@rollcall/audit/cursor'
import type { Question } from '@rollcall/audit/http/question'
import { createDayMeasurer } from '@rollcall/audit/keep/measure-days'
import type { AuditRouteName, FileRouteName } from '@rollcall/contracts/audit-api/routes'
import { istDayOf, istDayRange } from '@rollcall/domain/ist-day'
import { canonicalTime, DAY, MINUTE, SECOND } from '@rollcall/domain/time'
import { openEmbeddedEventLog } from '@rollcall/event-log/embedded/embedded-event-log'
import { startPostgres } from '@rollcall/local/postgres/start-postgres'
import { AUDIT_API_ROLE } from '@rollcall/store/audit/read-as'
import { migrate } from '@rollcall/store/migrate'
import { createPool } from '@rollcall/store/pool'
import { openKeptLog } from '@rollcall/transparency-log/kept/kept-log'
import { cpuSeconds, treeUsage } from '../process-usage.ts'
import { fillCalls, isOutage } from './fill-calls.ts'

const STATEMENT_MS_MAX = 600_000
const onLine = (line: string): void => void process.stderr.write(`${line}\n`)

const { values } = parseArgs({
  options: {
    cdrs: { type: 'string', default: '1000000' },
    days: { type: 'string', default: '365' },
    busy: { type: 'string', default: '100000' },
    times: { type: 'string', default: '40' },
  },
})
const [cdrs, days, busy, times] = [values.cdrs, values.days, values.busy, values.times].map(Number) as [number, number, number, number]

const directory = await mkdtemp(join(tmpdir(), 'rollcall-bench-audit-'))
const postgres = await startPostgres({ directory, onLine })
try {
  const { databaseUrl } = postgres
  await migrate(databaseUrl)
  const owner = createPool({ databaseUrl, applicationName: 'bench', max: 2, statementMsMax: STATEMENT_MS_MAX })
  const readers = createPool({ databaseUrl, applicationName: 'bench-audit', role: AUDIT_API_ROLE, max: 4, statementMsMax: STATEMENT_MS_MAX })
  const log = await openEmbeddedEventLog({ directory: join(directory, 'log') })
  const now = istDayRange(istDayOf(Date.now())).from
  const from = now - days * DAY
  const fillBegan = performance.now()
  await fillCalls(owner, { cdrs, days, from, busy, onLine })
  const fillSeconds = Math.round((performance.now() - fillBegan) / SECOND)
  const { rows: sizes } = await owner.query<{ gigabytes: number }>('SELECT round(pg_database_size(current_database()) / 1e9, 1)::float8 AS gigabytes')
  onLine(`filled in ${fillSeconds} s, ${sizes[0]?.gigabytes} GB; counting days`)
  const began = performance.now()
  const counted = await createDayMeasurer(owner, () => now - 1).measureOnce(new AbortController().signal)
  const dayCountMs = (performance.now() - began) / counted
  const handlers = createHandlers({
    pool: readers,
    exporters: readers,
    log,
    kept: openKeptLog(join(directory, 'keeper')),
    software: { version: '0.1.0', commit: null },
    clock: () => now - MINUTE,
    cursors: createCursors(Buffer.alloc(32)),
    accounts: async () => ['acme'],
    record: async () => {},
  })
  const principal = { subject: 'bench', scopes: new Set(), accounts: null, expiresAt: Number.POSITIVE_INFINITY }
  const measured: Record<string, { readonly p50Ms: number; readonly p95Ms: number; readonly maxMs: number; readonly processorMs: number }> = {}
  /** Of this process and of those of Postgres that answer it, by their ids; others on the machine do not change it as they change how long an answer takes. */
  const processorMs = async (): Promise<ReadonlyMap<number, number>> => {
    const { rows } = await owner.query<{ pid: number }>(`SELECT pid FROM pg_stat_activity WHERE application_name = 'bench-audit'`)
    const { user, system } = process.cpuUsage()
    return new Map([[process.pid, (user + system) / 1_000], ...rows.map(({ pid }) => [pid, cpuSeconds(treeUsage(pid)) * SECOND] as const)])
  }
  const ask = async <Name extends Exclude<AuditRouteName, FileRouteName>>(what: string, name: Name, question: (nth: number) => Partial<Question<Name>>): Promise<void> => {
    const took: number[] = []
    let usedBefore: ReadonlyMap<number, number> = new Map()
    for (let nth = -2; nth < times; nth++) {
      if (nth === 0) usedBefore = await processorMs()
      const asked = { principal, params: { account: 'acme' }, query: {}, ...question(nth + 2) } as unknown as Question<Name>
      const start = performance.now()
      await (handlers[name] as (question: Question<Name>) => Promise<unknown>)(asked)
      if (nth >= 0) took.push(performance.now() - start)
    }
    took.sort((a, b) => a - b)
    const at = (share: number) => Math.round((took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? 0) * 10) / 10
    const used = Math.round([...(await processorMs())].reduce((sum, [pid, ms]) => sum + ms - (usedBefore.get(pid) ?? 0), 0) / times)
    measured[what] = { p50Ms: at(0.5), p95Ms: at(0.95), maxMs: at(1), processorMs: used }
    process.stdout.write(`${what}: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${at(1)} ms; ${used} ms of processor each\n`)
  }
  // Another day each time: far apart, so that none is warm because of the one before.
  const allDays = Array.from({ length: days }, (_, nth) => nth)
  const ordinary = allDays.filter((nth) => !isOutage(nth) && nth !== days - 2)
  const outages = allDays.filter(isOutage)
  const dayOf = (nth: number, among = ordinary) => istDayOf(from + (among[(nth * 7_919) % among.length] ?? 0) * DAY)
  const rangeOf = (nth: number) => {
    const range = istDayRange(dayOf(nth))
    return { from: canonicalTime(range.from), to: canonicalTime(range.to) }
  }
  await ask('completeness of a day', 'completeness', (nth) => ({ query: { ...rangeOf(nth), by: 'day' } }) as never)
  await ask('completeness of a day, as known a while ago', 'completeness', (nth) => ({ query: { ...rangeOf(nth), by: 'day', asOf: canonicalTime(now - DAY) } }) as never)
  await ask('heat map of a year', 'days', () => ({ query: { from: istDayOf(now - 365 * DAY), to: istDayOf(now) } }) as never)
  await ask('a day with its windows and measures', 'day', (nth) => ({ params: { account: 'acme', day: dayOf(nth) } }) as never)
  await ask('a day of which lists told', 'day', (nth) => ({ params: { account: 'acme', day: dayOf(nth, outages) } }) as never)
  await ask(`a day of ${busy} calls more`, 'day', () => ({ params: { account: 'acme', day: dayOf(0, [days - 2]) } }) as never)
  await ask('accounts with today’s measures', 'accounts', () => ({}))
  await ask('a page of a day’s calls', 'calls', (nth) => ({ query: { ...rangeOf(nth), limit: 100 } }) as never)
  await ask('a page of exceptions', 'exceptions', () => ({ query: { state: 'not-closed', limit: 100 } }) as never)
  process.stdout.write(
    `${JSON.stringify({ cdrs, days, callsPerDay: Math.round(cdrs / days), busy, load: loadavg(), fillSeconds, gigabytes: sizes[0]?.gigabytes, dayCountMs: Math.round(dayCountMs), measured })}\n`,
  )
  await log.close()
  await readers.end()
  await owner.end()
} finally {
  await postgres.stop()
  for (const folder of [directory, dirname(postgres.dataDirectory)]) await rm(folder, { recursive: true, force: true })
}
