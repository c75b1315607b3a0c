/** What is told of completeness as of a moment is what was told then, figure by figure. */
import type { AnswerDeps } from '@rollcall/audit/answers/answer-deps'
import { answerCompleteness } from '@rollcall/audit/answers/measures'
import { type AuditFolder, createAuditFolder } from '@rollcall/audit/keep/audit-folder'
import { QuestionError } from '@rollcall/audit/question-error'
import type { CompletenessAnswer } from '@rollcall/contracts/audit-api/measures'
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import { istDayOf, istDayRange } from '@rollcall/domain/ist-day'
import { canonicalTime, DAY, type Instant, SECOND } from '@rollcall/domain/time'
import type { Window } from '@rollcall/domain/window/window'
import { createRandom } from '@rollcall/exotel-simulator/random'
import { createLogger } from '@rollcall/telemetry/create-logger'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import '@rollcall/store/testing/provided-context'
import { arrivals, arrive, isWithin } from '../reconcile/arrivals.ts'
import { planRun } from '../reconcile/plan-run.ts'
import { simulatePlan } from '../reconcile/simulate-run.ts'
import { createSurroundings } from '../reconcile/surroundings.ts'
import { type GrowingHistory, growHistory, SPAN } from './grow-history.ts'

const first = Number(process.env.SIM_SEED ?? 1)
const seeds = Array.from({ length: Number(process.env.SIM_RUNS ?? 3) }, (_, nth) => first + nth)
const STEPS = 250
const NOTED_RATE = 0.3
/** The share of the reconciler’s runs after which it is noted. */
const RUN_NOTED_RATE = 0.8
const PIECES = ['day', 'window'] as const

let surroundings: Awaited<ReturnType<typeof createSurroundings>>
let folder: AuditFolder
beforeAll(async () => {
  surroundings = await createSurroundings(inject('superuserUrl'), inject('databaseUrl'))
  const { log, pool } = surroundings
  folder = createAuditFolder({ log, pool, logger: createLogger({ service: 'test', level: 'error' }), monotonic: () => performance.now() })
})
afterAll(() => surroundings?.close())

/** What was told at a moment, by each of PIECES. */
interface Noted {
  readonly at: Instant
  readonly answers: readonly CompletenessAnswer[]
}

const ask = async (account: string, span: Window, by: (typeof PIECES)[number], asOf: Instant | null, now: Instant): Promise<CompletenessAnswer> => {
  const query = { from: canonicalTime(span.from), to: canonicalTime(span.to), by, asOf: asOf === null ? undefined : canonicalTime(asOf) }
  const deps = { pool: surroundings.pool, clock: () => now } as AnswerDeps
  return answerCompleteness(deps, { params: { account }, query } as unknown as Parameters<typeof answerCompleteness>[1])
}

const differences = (moment: Noted, then: CompletenessAnswer, by: (typeof PIECES)[number]): readonly string[] => {
  const was = moment.answers[PIECES.indexOf(by)] as CompletenessAnswer
  const parts = [['the whole', then.whole, was.whole] as const, ...was.pieces.map((piece, place) => [piece.from, then.pieces[place], piece] as const)]
  return parts.flatMap(([what, told, noted_]) =>
    JSON.stringify(told) === JSON.stringify(noted_)
      ? []
      : [`as of ${canonicalTime(moment.at)}, by ${by}, ${what}: told is ${JSON.stringify(told)}, it was ${JSON.stringify(noted_)}`],
  )
}

it.each(seeds)('completeness as of a moment is as it was told then, by window and day, whatever creation was told late or otherwise (SIM_SEED=%i SIM_RUNS=1)', async (seed) => {
  const chance = createRandom(seed, 8)
  const noted: Noted[] = []
  const note = async (): Promise<void> => {
    const at = history.now()
    noted.push({ at, answers: await Promise.all(PIECES.map((by) => ask(history.account, SPAN, by, null, at))) })
  }
  const history: GrowingHistory = await growHistory(surroundings, seed, note)
  let early = 0
  let refused = 0
  const wrong: string[] = []
  for (let step = 0; step < STEPS; step += 1) {
    await history.step()
    if (chance.chance(0.4)) await history.publish()
    if (chance.chance(0.4)) await folder.catchUp(Number.POSITIVE_INFINITY)
    // Most often one of the last, before which moves may have been made that nobody has told yet.
    const earlier = noted[Math.max(0, noted.length - 1 - (chance.chance(0.7) ? chance.integer(0, 1) : chance.integer(0, noted.length)))]
    // What has been told by now may be too little to say how it was: then it is not said.
    if (earlier !== undefined && chance.chance(0.2)) {
      early += 1
      const then = await ask(history.account, SPAN, 'window', earlier.at, history.now()).catch((error: unknown) => {
        if (!(error instanceof QuestionError && error.kind === 'not-yet')) throw error
        refused += 1
        return null
      })
      if (then !== null) wrong.push(...differences(earlier, then, 'window').map((difference) => `at once, ${difference}`))
    }
    if (chance.chance(NOTED_RATE)) await note()
  }
  await history.publish()
  await folder.catchUp(Number.POSITIVE_INFINITY)
  for (const moment of noted) for (const by of PIECES) wrong.push(...differences(moment, await ask(history.account, SPAN, by, moment.at, history.now()), by))
  const last = (noted.at(-1) as Noted).answers[0]?.whole.byState ?? {}
  console.log(JSON.stringify({ seed, moments: noted.length, pieces: noted.length * (2 + 12), early, refused, wrong: wrong.length, last }))
  expect(wrong.slice(0, 5)).toEqual([])
  expect(noted.length).toBeGreaterThan(STEPS / 10)
  expect(early).toBeGreaterThan(refused)
  expect(refused).toBeGreaterThan(0)
})

/** As in completeness.int.test.ts: an hour of calls, many of which lose their webhooks. */
const runSeed = Number(process.env.SIM_SEED ?? 14)

it(`and so it is when the reconciler itself made that history, killed now and then, with what is lost and what stands still (SIM_SEED=${runSeed})`, async () => {
  const { log, projector } = surroundings
  // Of a clock that is set back there is no saying what was known at a moment of it.
  const plan = { ...planRun(runSeed), jumps: [] }
  const { account, start } = plan
  const span = { from: istDayRange(istDayOf(start)).from - DAY, to: istDayRange(istDayOf(start)).from + 3 * DAY }
  const chance = createRandom(runSeed, 11)
  const noted: Noted[] = []
  let now = start
  const report = await simulatePlan(surroundings, plan, {
    happenings: (arrived, ours) =>
      plan.calls.flatMap((call) => call.webhooks.flatMap((webhook) => arrivals(plan, call, webhook, (record, at) => arrive(arrived, call, webhook, record, at), ours))),
    beside: async () => {},
    async afterRun(arrived, at) {
      now = at
      if (isWithin(plan.stalls, at) || !chance.chance(RUN_NOTED_RATE)) return
      const records = arrived.records.splice(0)
      if (records.length > 0) await log.append(OBSERVATIONS_TOPIC, records, { deadlineMs: 30 * SECOND })
      await projector.fold()
      noted.push({ at, answers: await Promise.all(PIECES.map((by) => ask(account, span, by, null, at))) })
    },
  })
  expect(report.findings).toEqual([])
  await folder.catchUp(Number.POSITIVE_INFINITY)
  const wrong: string[] = []
  let pieces = 0
  for (const moment of noted)
    for (const by of PIECES) {
      const then = await ask(account, span, by, moment.at, now)
      pieces += then.pieces.length
      wrong.push(...differences(moment, then, by))
    }
  console.log(
    JSON.stringify({ seed: runSeed, calls: report.calls, kills: report.kills, moments: noted.length, pieces, wrong: wrong.length, last: noted.at(-1)?.answers[0]?.whole.byState }),
  )
  expect(wrong.slice(0, 5)).toEqual([])
  expect(noted.length).toBeGreaterThan(0)
}, 600_000)
