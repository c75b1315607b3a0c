/**
 * Simulates reconciliation for as long as one wants: `pnpm simulate:reconcile --windows 100000 --seed 1`, or `--runs 200`. Starts a Postgres
 * of its own. A run's seed makes it again: `--runs 1 --seed <its seed>`. Ctrl-C ends it after the run that is under way.
 * Exit code 1 where the ledger does not bear out what was concluded.
 */
import { randomInt } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { startPostgres } from '@rollcall/local/postgres/start-postgres'
import { type RunReport, simulateRun } from './simulate-run.ts'
import { createSurroundings } from './surroundings.ts'

const SEED_MAX = 2 ** 31 - 1
const RUNS_DEFAULT = 20
const TOLD_EVERY_MS = 10_000

const options = { runs: { type: 'string' }, windows: { type: 'string' }, seed: { type: 'string' } } as const
const { values } = parseArgs({ args: process.argv.slice(2).filter((arg) => arg !== '--'), options, strict: true })
const wholeNumber = (option: keyof typeof options, otherwise: number): number => {
  const number = Number(values[option] ?? otherwise)
  if (!Number.isSafeInteger(number) || number < 0 || number > SEED_MAX) throw new TypeError(`--${option} is "${values[option]}"; needed is a whole number from 0 to ${SEED_MAX}`)
  return number
}
const first = wholeNumber('seed', randomInt(SEED_MAX))
const windows = wholeNumber('windows', SEED_MAX)
const runs = wholeNumber('runs', values.windows === undefined ? RUNS_DEFAULT : SEED_MAX)
const print = (line: string): void => void process.stdout.write(`${line}\n`)

const directory = await mkdtemp(join(tmpdir(), 'rollcall-simulate-'))
const postgres = await startPostgres({ directory, onLine: print })
const surroundings = await createSurroundings(postgres.superuserUrl, postgres.databaseUrl)
print(`--seed ${first}${values.runs === undefined ? '' : ` --runs ${runs}`}${values.windows === undefined ? '' : ` --windows ${windows}`}`)
const began = performance.now()
const totals = {
  runs: 0,
  failed: 0,
  calls: 0,
  windowsFinal: 0,
  windowsWithoutCalls: 0,
  missing: 0,
  excused: 0,
  amended: 0,
  reconcilerRuns: 0,
  kills: 0,
  requests: 0,
  sweeps: 0,
  virtualMs: 0,
}
const seconds = (): number => Math.round((performance.now() - began) / 1_000)
let toldAt = began
const take = (report: RunReport): void => {
  totals.runs += 1
  for (const name of ['calls', 'windowsFinal', 'windowsWithoutCalls', 'missing', 'excused', 'amended', 'reconcilerRuns', 'kills', 'requests', 'sweeps', 'virtualMs'] as const)
    totals[name] += report[name]
  if (report.findings.length > 0) {
    totals.failed += 1
    print(JSON.stringify({ seed: report.seed, findings: report.findings }))
  }
  if (performance.now() - toldAt < TOLD_EVERY_MS) return
  toldAt = performance.now()
  print(`${seconds()} s: ${totals.windowsFinal} windows final in ${totals.runs} runs, ${totals.failed} runs with findings; the last seed is ${report.seed}`)
}
let isStopping = false
process.once('SIGINT', () => {
  isStopping = true
  print('stopping after this run')
})
try {
  for (let nth = 0; nth < runs && totals.windowsFinal < windows && !isStopping; nth += 1) take(await simulateRun(surroundings, (first + nth) % SEED_MAX))
} finally {
  await surroundings.close()
  await postgres.stop()
  for (const folder of [directory, dirname(postgres.dataDirectory)]) await rm(folder, { recursive: true, force: true })
}
print(JSON.stringify({ seed: first, ...totals, seconds: seconds() }))
if (totals.failed > 0) process.exitCode = 1
