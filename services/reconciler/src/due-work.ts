import type { Lane } from '@rollcall/domain/schedule/lane'
import { plan } from '@rollcall/domain/schedule/plan'
import type { PlannedScan, PlannedWork } from '@rollcall/domain/schedule/planned-work'
import type { ShedPass } from '@rollcall/domain/schedule/shed'
import { SECOND } from '@rollcall/domain/time'
import { type Window, windowsBetween } from '@rollcall/domain/window/window'
import { readAgeing, readStanding } from './read-standing.ts'
import type { ReconcilerDeps } from './reconciler-deps.ts'
import type { ScanRequest } from './scan-report.ts'
import type { WorkSource } from './work-source.ts'

/** A plan is followed for so long; then what has become due since has its say. */
const PLANNED_AGAIN_AFTER_MS = 5 * SECOND
/** And longer where planning itself takes long, as with months of windows: this many times as long as it took. */
const PLANNED_AGAIN_AFTER = 10

/** What is due of these lanes, planned again and again as it is done. No window is read twice by the same lane. */
export const dueWork = (deps: ReconcilerDeps, runId: string, runLanes: ReadonlySet<Lane>): WorkSource => {
  const lanes = new Set(runLanes)
  const done = new Set<string>()
  const shed = new Map<string, ShedPass>()
  const scans = new Map<ScanRequest, PlannedScan>()
  let planned: PlannedWork[] = []
  let planUntil = Number.NEGATIVE_INFINITY
  let sweepAgeMs = 0

  const isDone = (work: PlannedWork): boolean => work.lane !== 'history' && windowsBetween(work.from, work.to).every(({ from }) => done.has(`${work.lane} ${from}`))

  const planAgain = async (keptBack: readonly Window[]): Promise<void> => {
    const begunAt = deps.clock()
    const question = { lanes, keptBack }
    const standing = { ...(await readStanding(deps, question)), spent: deps.turns.spent(), spareTurn: deps.turns.spare() }
    const first = plan(standing, deps.policy)
    const mayAge = lanes.has('ageing') && first.work.every(({ tier }) => tier === 'spare')
    const ageing = mayAge ? await readAgeing(deps, standing.now, question) : []
    // What was found to be nothing is not looked for again in this run.
    if (mayAge && ageing.length === 0) lanes.delete('ageing')
    planned = (ageing.length === 0 ? first : plan({ ...standing, ageing }, deps.policy)).work.filter((work) => !isDone(work))
    planUntil = deps.clock() + Math.max(PLANNED_AGAIN_AFTER_MS, PLANNED_AGAIN_AFTER * (deps.clock() - begunAt))
    sweepAgeMs = first.sweepAgeMs
    for (const pass of first.shed) shed.set(`${pass.from} ${pass.pass}`, pass)
  }

  return {
    next: async (keptBack) => {
      if (planned.length === 0 || deps.clock() >= planUntil) await planAgain(keptBack)
      const next = planned.shift()
      if (next === undefined || next.lane === 'history') return next === undefined ? null : 'history'
      const { lane, from, to, durationAtLeastSeconds } = next
      const request = { runId, lane, from, to, durationAtLeastSeconds }
      scans.set(request, next)
      return request
    },
    made: (request, requests) => {
      for (const { from } of windowsBetween(request.from, request.to)) done.add(`${request.lane} ${from}`)
      const scan = scans.get(request)
      if (scan !== undefined) deps.turns.scanned(scan, requests, deps.budget.snapshot().ratePerMinute)
    },
    readHistory: (hadAny) => {
      if (hadAny) deps.turns.readHistory()
      else lanes.delete('history')
    },
    left: () => planned.filter(({ tier }) => tier !== 'spare').length,
    shed: () => [...shed.values()],
    sweepAgeMs: () => sweepAgeMs,
  }
}
