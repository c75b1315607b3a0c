/**
 * Simulates what durability promises, seed after seed: `pnpm simulate --seeds 20000 --seed 1`, on `--workers 2`. A seed makes its run again:
 * `pnpm simulate --seed <it>`. `--until-found` ends it with the first finding. Ctrl-C ends it with the seeds that are under way. Exit code 1 where anything was found.
 */
import { randomInt } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import type { RunCounts, RunReport } from './simulate-run.ts'
import type { WorkerData } from './worker.ts'

const SEED_MAX = 2 ** 31 - 1
const SEEDS_DEFAULT = 1_000
const WORKERS_MAX = 64
/** Seeds that a worker takes at a time. */
const PORTION = 50
/** A run leaves little behind, so that most of what is young may grow old together. */
const YOUNG_MB = 64
const TOLD_EVERY_MS = 10_000
const FINDINGS_TOLD = 20
/** Odd, and with bits all over: seeds whose histories differ hardly ever cancel out. */
const SPREAD = 0x85ebca6b

const options = { seeds: { type: 'string' }, seed: { type: 'string' }, workers: { type: 'string' }, 'until-found': { type: 'boolean', default: false } } as const
const { values } = parseArgs({ args: process.argv.slice(2).filter((arg) => arg !== '--'), options, strict: true })
const wholeNumber = (option: 'seeds' | 'seed' | 'workers', otherwise: number, most: number): number => {
  const number = Number(values[option] ?? otherwise)
  if (!Number.isSafeInteger(number) || number < 0 || number > most) throw new TypeError(`--${option} is "${values[option]}"; needed is a whole number from 0 to ${most}`)
  return number
}
const first = wholeNumber('seed', randomInt(SEED_MAX), SEED_MAX)
const seeds = wholeNumber('seeds', values.seed === undefined ? SEEDS_DEFAULT : 1, SEED_MAX)
const workers = Math.max(1, Math.min(wholeNumber('workers', availableParallelism(), WORKERS_MAX), Math.ceil(seeds / PORTION)))
const print = (line: string): void => void process.stdout.write(`${line}\n`)

print(`--seed ${first} --seeds ${seeds} --workers ${workers}`)
const began = performance.now()
const seconds = (): number => Math.round((performance.now() - began) / 100) / 10
const totals: Record<string, number> = {}
const kinds: Record<string, number> = {}
let next = first
let done = 0
let failed = 0
let firstFailed: number | null = null
/** Of all seeds, in whatever order they came: a change that should change nothing leaves it as it was. */
let histories = 0
let toldAt = began
let isStopping = false
process.once('SIGINT', () => {
  isStopping = true
  print('stopping after the seeds that are under way')
})

const take = (report: RunReport): void => {
  done += 1
  histories = (histories + Math.imul(report.history ^ report.seed, SPREAD)) >>> 0
  for (const [name, count] of Object.entries(report.counts) as [keyof RunCounts, number][]) totals[name] = (totals[name] ?? 0) + count
  if (report.findings.length === 0) return
  failed += 1
  firstFailed = Math.min(firstFailed ?? report.seed, report.seed)
  for (const { kind } of report.findings) kinds[kind] = (kinds[kind] ?? 0) + 1
  if (failed <= FINDINGS_TOLD) print(JSON.stringify({ seed: report.seed, findings: report.findings }))
  if (values['until-found']) isStopping = true
}
const tell = (): void => {
  if (performance.now() - toldAt < TOLD_EVERY_MS) return
  toldAt = performance.now()
  print(`${seconds()} s: ${done} seeds, ${failed} with findings`)
}

const work = (): Promise<void> =>
  new Promise((resolve, reject) => {
    // A seed by itself is looked into.
    const workerData: WorkerData = { hasStacks: seeds === 1 }
    const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } })
    const ask = (): void => {
      const from = next
      const to = Math.min(first + seeds, from + PORTION)
      next = to
      if (from < to && !isStopping) worker.postMessage({ from, to })
      else void worker.terminate().then(() => resolve(), reject)
    }
    worker.on('message', (reports: readonly RunReport[]) => {
      for (const report of reports) take(report)
      tell()
      ask()
    })
    worker.once('error', reject)
    ask()
  })

await Promise.all(Array.from({ length: workers }, work))
const { user, system } = process.cpuUsage()
const cpuSeconds = Math.round((user + system) / 1e5) / 10
print(
  JSON.stringify({
    seed: first,
    seeds: done,
    failed,
    firstFailed,
    kinds,
    histories: histories.toString(16),
    ...totals,
    seconds: seconds(),
    cpuSeconds,
    seedsPerSecond: Math.round(done / seconds()),
    seedsPerCpuSecond: Math.round(done / cpuSeconds),
  }),
)
if (failed > 0) process.exitCode = 1
