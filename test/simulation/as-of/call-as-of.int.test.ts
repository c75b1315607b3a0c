/** A call as known at a moment is the log, cut there and replayed: on a thousand random times. */
import type { AnswerDeps } from '@rollcall/audit/answers/answer-deps'
import { answerCall } from '@rollcall/audit/answers/call'
import { createAuditFolder } from '@rollcall/audit/keep/audit-folder'
import { QuestionError } from '@rollcall/audit/question-error'
import type { CallAnswer } from '@rollcall/contracts/audit-api/call'
import { canonicalTime, type Instant } from '@rollcall/domain/time'
import { createRandom } from '@rollcall/exotel-simulator/random'
import { createLogger } from '@rollcall/telemetry/create-logger'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import '@rollcall/store/testing/provided-context'
import { createSurroundings } from '../reconcile/surroundings.ts'
import { ACCOUNT, judgementText, type Lived, liveThrough } from './live-through.ts'
import { type LogReplay, replayLog } from './replay-call.ts'

const TIMES = 1_000
const seed = Number(process.env.SIM_SEED ?? 1)

let surroundings: Awaited<ReturnType<typeof createSurroundings>>
let lived: Lived
let replay: LogReplay
beforeAll(async () => {
  surroundings = await createSurroundings(inject('superuserUrl'), inject('databaseUrl'))
  const { pool, log } = surroundings
  lived = await liveThrough(surroundings, seed)
  await createAuditFolder({ log, pool, logger: createLogger({ service: 'test', level: 'error' }), monotonic: () => performance.now() }).catchUp(Number.POSITIVE_INFINITY)
  replay = await replayLog(log)
})
afterAll(() => surroundings?.close())

const ask = async (callSid: string, at: Instant): Promise<CallAnswer | null> => {
  const deps = { pool: surroundings.pool, clock: () => lived.to } as AnswerDeps
  const question = { params: { account: ACCOUNT, callSid }, query: { asOf: canonicalTime(at) } } as unknown as Parameters<typeof answerCall>[1]
  return answerCall(deps, question).catch((error: unknown) => {
    if (error instanceof QuestionError && error.kind === 'not-found') return null
    throw error
  })
}

it(`is so in its whole answer: state, who won each field, conflicts, observations, window and judgements (SIM_SEED=${seed})`, async () => {
  const chance = createRandom(seed, 10)
  const seen = { unknown: 0, observations: 0, lost: 0, conflicts: 0, deadLetters: 0, windows: 0, judgements: 0, replaced: 0 }
  for (let nth = 0; nth < TIMES; nth += 1) {
    const callSid = lived.callSids[chance.integer(0, lived.callSids.length - 1)] as string
    const at = chance.integer(lived.from, lived.to)
    const answer = await ask(callSid, at)
    const replayed = replay.call(ACCOUNT, callSid, at)
    if (replayed === null || answer === null) {
      expect({ callSid, at, answer }).toEqual({ callSid, at, answer: null })
      expect({ callSid, at, replayed }).toEqual({ callSid, at, replayed: null })
      seen.unknown += 1
      continue
    }
    const { account, callSid: name, asOf, revealed, observationsCut, chases, judgements, observations, ...rest } = answer
    expect({ account, name, asOf, revealed, observationsCut, chases }).toEqual({
      account: ACCOUNT,
      name: callSid,
      asOf: canonicalTime(at),
      revealed: false,
      observationsCut: false,
      chases: [],
    })
    // How a row came follows from the scans, which are not of this log.
    expect({ callSid, at, ...rest, observations: observations.map(({ how: _, ...observation }) => observation) }).toEqual({ callSid, at, ...replayed })
    const standing = judgements.filter(({ replacedAt }) => replacedAt === null)
    const judged = lived.judged.findLast((moment) => moment.at <= at)?.byCall.get(callSid) ?? []
    expect({ callSid, at, judged: standing.map(judgementText).toSorted() }).toEqual({ callSid, at, judged: judged.toSorted() })
    seen.observations += observations.length
    seen.lost += Object.values(rest.fields).filter((field) => (field?.lost.length ?? 0) > 0).length
    seen.conflicts += rest.conflicts.length
    seen.deadLetters += observations.filter(({ outcome }) => outcome === 'dead-letter').length
    seen.windows += rest.window?.state == null ? 0 : 1
    seen.judgements += standing.length
    seen.replaced += judgements.length - standing.length
  }
  console.log(JSON.stringify({ seed, times: TIMES, calls: lived.callSids.length, ...seen }))
  for (const count of [seen.lost, seen.conflicts, seen.deadLetters, seen.windows, seen.judgements]) expect(count).toBeGreaterThan(0)
  expect(seen.unknown).toBeLessThan(TIMES / 2)
}, 300_000)
