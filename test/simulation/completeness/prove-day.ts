/** A day with every kind of loss, run in virtual time; then every figure that anybody is told of it, held against the ledger's. */
import type { Pool } from '@rollcall/store/pool'
import { simulatePlan } from '../reconcile/simulate-run.ts'
import type { Surroundings } from '../reconcile/surroundings.ts'
import { createDayWorld } from './day-world.ts'
import { FATES } from './fates.ts'
import { type HeldFigures, holdFigures, spanOf } from './hold-figures.ts'
import { logReadings } from './log-readings.ts'
import { openMeasuresCommand } from './measures-command.ts'
import { type DayPlan, planDay } from './plan-day.ts'
import { figuresOf, trueDay } from './true-day.ts'

export interface DayProof extends HeldFigures {
  readonly figures: Readonly<Record<string, unknown>>
}

/** @param hours for how long calls are made */
export const proveDay = async (surroundings: Surroundings, seed: number, hours: number): Promise<DayProof> => {
  const { pool, log, databaseUrl } = surroundings
  const plan = planDay(seed, hours)
  const world = createDayWorld(surroundings, plan)
  const report = await simulatePlan(surroundings, plan, world)
  await world.measurer().measureOnce(new AbortController().signal)
  const truth = trueDay(plan, await logReadings(log, plan.account), plan.start + report.virtualMs)
  const command = await openMeasuresCommand(databaseUrl, plan.account)
  const held = await holdFigures({ pool, command }, plan.account, truth).finally(command.close)
  const { calls, forged } = plan
  const { amended, kills, reconcilerRuns } = report
  const { listed, missing, ended, endedWithinRpo, recorded, ...counts } = figuresOf(truth, spanOf(truth))
  const { unlisted, claims, late, neverArrived, refused, quarantined, pending, callsNotExpected } = counts
  const losses = { unlisted, claims, late, neverArrived, refused, quarantined, pending, callsNotExpected, amended, gaps: plan.neverFinal.size }
  const wrong = [
    ...report.findings.map(({ kind, about }) => `${kind}: ${about}`),
    ...held.wrong,
    ...world.stale,
    ...(await holdHistory(pool, plan, world.released())),
    ...Object.entries(losses).flatMap(([kind, count]) => (count === 0 ? [`this day has nothing that is ${kind}`] : [])),
  ]
  return {
    figures: {
      ...{ seed, hours, calls: calls.length, forged: forged.length, listed, missing, ...losses },
      ...{ ended, endedWithinRpo, recorded, released: world.released(), kills, reconcilerRuns },
      figures: Object.values(held.compared).reduce((sum, count) => sum + count, 0),
      notLike: wrong.length,
    },
    compared: held.compared,
    wrong,
  }
}

/** What was said before and is not any more: each webhook that came after its verdict was missing first, and each that was released was in quarantine. */
const holdHistory = async (pool: Pool, plan: DayPlan, released: number): Promise<readonly string[]> => {
  const { rows } = await pool.query<{ call_sid: string; reason: string }>(`SELECT call_sid, reason FROM rollcall.judgement_history WHERE account = $1 AND outcome = 'missing'`, [
    plan.account,
  ])
  const wasMissing = new Map(rows.map(({ call_sid, reason }) => [call_sid, reason]))
  const wrong: string[] = []
  let misread = 0
  for (const { callSid, webhooks } of plan.calls)
    for (const webhook of webhooks) {
      const fate = plan.fates.get(webhook)
      if (fate === 'misread') misread += 1
      if ((fate === 'late' || fate === 'very-late') && !wasMissing.has(callSid)) wrong.push(`${callSid}: its webhook came ${fate}, and that it was missing stands in no history`)
      if (fate === 'misread' && wasMissing.get(callSid) !== 'quarantined') wrong.push(`${callSid}: its webhook was in quarantine, and no history says so`)
      if (fate === 'spooled' && wasMissing.has(callSid)) wrong.push(`${callSid}: its webhook was spooled, and was called missing`)
    }
  if (released !== misread) wrong.push(`${released} dead letters were released, of ${misread}`)
  const absent = FATES.filter((fate) => ![...plan.fates.values()].includes(fate))
  if (absent.length > 0) wrong.push(`no webhook of this day was ${absent.join(', ')}`)
  return wrong
}
