import type { AccountItem, AccountsAnswer } from '@rollcall/contracts/audit-api/account'
import { istDayOf, istDayRange } from '@rollcall/domain/ist-day'
import { windowAt } from '@rollcall/domain/window/window'
import { countOpenExceptionsWithin } from '@rollcall/store/audit/count-exceptions'
import { readAccount } from '@rollcall/store/audit/read-account'
import type { Queryable } from '@rollcall/store/queryable'
import { readWatermark } from '@rollcall/store/reconcile/read-watermark'
import { readLastRun } from '@rollcall/store/status/read-runs'
import type { Question } from '../http/question.ts'
import { type AnswerDeps, asAccount } from './answer-deps.ts'
import { readMeasures } from './read-measures.ts'
import { runItem } from './run-item.ts'
import { spanText, timeText } from './times.ts'

/** One account with too many exceptions must not keep the others from being seen. */
const COUNTING_MS_MAX = 1_000

/** The accounts that the token sees, one after the other: each is its own snapshot. */
export const answerAccounts = async (deps: AnswerDeps, { principal }: Question<'accounts'>): Promise<AccountsAnswer> => {
  const accounts: AccountItem[] = []
  for (const account of await deps.accounts())
    if (principal.accounts === null || principal.accounts.has(account)) accounts.push(await asAccount(deps, account, (db) => readItem(deps, db, account)))
  return { accounts }
}

const readItem = async ({ clock }: AnswerDeps, db: Queryable, account: string): Promise<AccountItem> => {
  const now = clock()
  const day = istDayOf(now)
  const range = { from: istDayRange(day).from, to: windowAt(now).to }
  const kept = await readAccount(db, account)
  const watermark = await readWatermark(db, account)
  const lastRun = await readLastRun(db, account)
  const exceptions = await countOpenExceptionsWithin(db, account, COUNTING_MS_MAX)
  return {
    account,
    firstWindow: timeText(kept?.firstWindow ?? null),
    watermark: {
      at: timeText(watermark.at),
      heldBy: watermark.heldBy === null ? null : { from: timeText(watermark.heldBy.from) as string, state: watermark.heldBy.state },
    },
    today: { day, range: spanText(range), ...(await readMeasures(db, account, range)) },
    lastRun: lastRun === null ? null : runItem(lastRun),
    exceptionsOpen: exceptions === null ? null : { count: Object.values(exceptions.open).reduce((sum, count) => sum + count, 0), atLeast: exceptions.atLeast.length > 0 },
    webhooksSilentSince: timeText(kept?.webhooksSilentSince ?? null),
  }
}
