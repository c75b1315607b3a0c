import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { startPostgres } from '@rollcall/local/postgres/start-postgres'
import { type RunReport, simulateRun } from './simulate-run.ts'
import { createSurroundings } from './surroundings.ts'

const SEED_MAX = 2 ** 31 - 1
const TOLD_EVERY_MS = 10_000

export interface ReconcileOptions {
  readonly first: number
  /** Infinity: as many as it takes. */
  readonly seeds: number
  /** It ends when so many windows have become final. */
  readonly windows: number
  /** Ends it after the run that is under way. */
  readonly signal: AbortSignal
  readonly print: (line: string) => void
}

/** Simulates reconciliation, seed after seed, on a Postgres of its own, and prints what the ledger does not bear out; how many seeds had findings. */
export const simulateReconcile = async ({ first, seeds, windows, signal, print }: ReconcileOptions): Promise<number> => {
  const directory = await mkdtemp(join(tmpdir(), 'rollcall-simulate-'))
  const postgres = await startPostgres({ directory, onLine: print })
  const surroundings = await createSurroundings(postgres.superuserUrl, postgres.databaseUrl)
  print(`--kind reconcile --seed ${first}${Number.isFinite(seeds) ? ` --seeds ${seeds}` : ''}${Number.isFinite(windows) ? ` --windows ${windows}` : ''}`)
  const began = performance.now()
  const totals = {
    seeds: 0,
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
    totals.seeds += 1
    for (const name of ['calls', 'windowsFinal', 'windowsWithoutCalls', 'missing', 'excused', 'amended', 'reconcilerRuns', 'kills', 'requests', 'sweeps', 'virtualMs'] as const)
      totals[name] += report[name]
    if (report.findings.length > 0) {
      totals.failed += 1
      print(JSON.stringify({ kind: 'reconcile', seed: report.seed, findings: report.findings }))
    }
    if (performance.now() - toldAt < TOLD_EVERY_MS) return
    toldAt = performance.now()
    print(`${seconds()} s: ${totals.windowsFinal} windows final in ${totals.seeds} runs, ${totals.failed} runs with findings; the last seed is ${report.seed}`)
  }
  try {
    for (let nth = 0; nth < seeds && totals.windowsFinal < windows && !signal.aborted; nth += 1) take(await simulateRun(surroundings, (first + nth) % SEED_MAX))
  } finally {
    await surroundings.close()
    await postgres.stop()
    for (const folder of [directory, dirname(postgres.dataDirectory)]) await rm(folder, { recursive: true, force: true })
  }
  print(JSON.stringify({ kind: 'reconcile', seed: first, ...totals, seconds: seconds() }))
  return totals.failed
}
