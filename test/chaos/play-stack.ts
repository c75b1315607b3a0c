import { reapedCpuSeconds } from '../bench/process-usage.ts'
import { verifyByRebuild } from './oracle/verify-by-rebuild.ts'
import type { Round } from './plan/plan-round.ts'
import { type ChaosReport, runChaos } from './run-chaos.ts'
import type { RunRecord } from './tally/run-record.ts'
import { startChaosWorld } from './world/start-chaos-world.ts'

export interface StackOrder {
  readonly commit: string
  readonly seed: number
  readonly from: number
  /** See the world. */
  readonly haproxy: boolean
  /** Webhooks a second in a loaded round. */
  readonly perSecond: number
  /** The stack's nth round, from 0; null: it has had enough. */
  readonly nextRound: (nth: number) => Round | null
  readonly onLine: (line: string) => void
}

/** Starts one stack, plays its rounds, checks everything that it holds once more at the end, and ends it; its folder stays where something was found. */
export const playStack = async ({ commit, seed, from, haproxy, perSecond, nextRound, onLine }: StackOrder): Promise<{ readonly run: RunRecord; readonly report: ChaosReport }> => {
  const began = performance.now()
  const cpuBefore = reapedCpuSeconds(process.pid)
  const seconds = (): number => Math.round((performance.now() - began) / 100) / 10
  const world = await startChaosWorld({ seed, kafkaNodes: 3, haproxy, onLine })
  onLine(`ready after ${seconds()} s in ${world.directory}`)
  let isBad = true
  let outcome: { readonly report: ChaosReport; readonly rebuiltEqual: boolean }
  try {
    const report = await runChaos({ world, nextRound, perSecond, onLine })
    const rebuilt = await verifyByRebuild(world)
    if (!rebuilt.equal) onLine(`what is folded anew from the log is not what is projected: ${JSON.stringify(rebuilt)}`)
    isBad = report.findings.length > 0 || !rebuilt.equal
    outcome = { report, rebuiltEqual: rebuilt.equal }
  } finally {
    if (isBad) onLine(`what was found can be looked at in ${world.directory}`)
    await world.stop({ keepFolder: isBad })
  }
  const { report, rebuiltEqual } = outcome
  const run: RunRecord = {
    commit,
    seed,
    from,
    rounds: report.rounds,
    perSecond,
    haproxy,
    acknowledged: report.webhooks.acknowledged,
    givenUp: report.webhooks.givenUp,
    calls: report.calls,
    logRecords: report.logRecords,
    findings: [...report.findings],
    rebuiltEqual,
    seconds: seconds(),
    cpuSeconds: Math.round(reapedCpuSeconds(process.pid) - cpuBefore),
    faults: report.faults,
    notMade: report.notMade,
    notHealed: report.notHealed,
  }
  return { run, report }
}
