import { PAGE_ITEMS_MAX } from '@rollcall/contracts/audit-api/bounds'
import type { RunAnswer, RunsAnswer } from '@rollcall/contracts/audit-api/run'
import { pageRuns, readRun } from '@rollcall/store/audit/page-runs'
import { readRunScans } from '@rollcall/store/audit/read-run-scans'
import { z } from 'zod'
import type { Question } from '../http/question.ts'
import { QuestionError } from '../question-error.ts'
import { type AnswerDeps, asAccount } from './answer-deps.ts'
import { runItem, scanItem } from './run-item.ts'

const Place = z.tuple([z.int(), z.uuid()])

export const answerRuns = async (deps: AnswerDeps, { params: { account }, query: { cursor, limit } }: Question<'runs'>): Promise<RunsAnswer> => {
  const asked = ['runs', account]
  const place = cursor === undefined ? null : deps.cursors.open(asked, cursor, Place)
  const found = await asAccount(deps, account, (db) => pageRuns(db, account, place === null ? null : { startedAt: place[0], runId: place[1] }, limit + 1))
  const last = found[limit - 1]
  return { items: found.slice(0, limit).map(runItem), next: found.length > limit && last !== undefined ? deps.cursors.seal(asked, [last.startedAt, last.runId]) : null }
}

export const answerRun = (deps: AnswerDeps, { params: { account, run: runId } }: Question<'run'>): Promise<RunAnswer> =>
  asAccount(deps, account, async (db) => {
    const run = await readRun(db, account, runId)
    if (run === null) throw new QuestionError('not-found', 'There is no such run.')
    return { account, run: runItem(run), scans: (await readRunScans(db, account, runId, PAGE_ITEMS_MAX)).map(scanItem) }
  })
