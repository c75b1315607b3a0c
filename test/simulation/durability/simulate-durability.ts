import { Worker } from 'node:worker_threads'
import type { RunCounts, RunReport } from './simulate-run.ts'
import type { WorkerData } from './worker.ts'

/** Seeds that a worker takes at a time. */
const PORTION = 50
/** A run leaves little behind, so that most of what is young may grow old together. */
const YOUNG_MB = 64
const TOLD_EVERY_MS = 10_000
const FINDINGS_TOLD = 20
/** Odd, and with bits all over: seeds whose histories differ hardly ever cancel out. */
const SPREAD = 0x85ebca6b

export interface DurabilityOptions {
  readonly first: number
  readonly seeds: number
  /** Threads; fewer where there are not seeds enough. */
  readonly workers: number
  /** Whether the first finding ends it. */
  readonly untilFound: boolean
  /** Ends it with the portions that are under way. */
  readonly signal: AbortSignal
  readonly print: (line: string) => void
}

/** Simulates what durability promises, seed after seed, and prints what it found and counted; how many seeds had findings. */
export const simulateDurability = async ({ first, seeds, workers, untilFound, signal, print }: DurabilityOptions): Promise<number> => {
  const threads = Math.max(1, Math.min(workers, Math.ceil(seeds / PORTION)))
  print(`--kind durability --seed ${first} --seeds ${seeds} --workers ${threads}`)
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

  const take = (report: RunReport): void => {
    done += 1
    histories = (histories + Math.imul(report.history ^ report.seed, SPREAD)) >>> 0
    for (const [name, count] of Object.entries(report.counts) as [keyof RunCounts, number][]) totals[name] = (totals[name] ?? 0) + count
    if (report.findings.length === 0) return
    failed += 1
    firstFailed = Math.min(firstFailed ?? report.seed, report.seed)
    for (const { kind } of report.findings) kinds[kind] = (kinds[kind] ?? 0) + 1
    if (failed <= FINDINGS_TOLD) print(JSON.stringify({ kind: 'durability', seed: report.seed, findings: report.findings }))
  }
  const tell = (): void => {
    if (performance.now() - toldAt < TOLD_EVERY_MS) return
    toldAt = performance.now()
    print(`${seconds()} s: ${done} seeds, ${failed} with findings`)
  }
  const isEnough = (): boolean => signal.aborted || (untilFound && failed > 0)

  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      // A seed by itself is looked into.
      const workerData: WorkerData = { hasStacks: seeds === 1 }
      const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } })
      const ask = (): void => {
        const from = next
        const to = Math.min(first + seeds, from + PORTION)
        next = to
        if (from < to && !isEnough()) worker.postMessage({ from, to })
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

  const before = process.cpuUsage()
  await Promise.all(Array.from({ length: threads }, work))
  const { user, system } = process.cpuUsage(before)
  const cpuSeconds = Math.round((user + system) / 1e5) / 10
  print(
    JSON.stringify({
      kind: 'durability',
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
  return failed
}
