import { PAGE_ITEMS_DEFAULT } from '@rollcall/contracts/audit-api/bounds'
import { type DayAnswer, type WindowAnswer, WindowChangeItem, type WindowItem } from '@rollcall/contracts/audit-api/window'
import { istDayOf, istDayRange } from '@rollcall/domain/ist-day'
import { canonicalTime } from '@rollcall/domain/time'
import { WINDOW_MS, windowAt } from '@rollcall/domain/window/window'
import { readDayWindows, type WindowCounts } from '@rollcall/store/audit/read-day-windows'
import { readWindowChanges, readWindowScans, type WindowChangeRow } from '@rollcall/store/audit/read-window-evidence'
import { readJudgedWebhooks } from '@rollcall/store/measures/read-judged-webhooks'
import { readTimeliness } from '@rollcall/store/measures/read-timeliness'
import { yieldOf } from '@rollcall/store/measures/read-webhook-yield'
import { z } from 'zod'
import type { Question } from '../http/question.ts'
import { QuestionError } from '../question-error.ts'
import { type AnswerDeps, asAccount } from './answer-deps.ts'
import { assembleCompleteness, assembleTimeliness, assembleYield } from './assemble-measures.ts'
import { pageOfCalls } from './calls.ts'
import { spanText, timeText } from './times.ts'

export const answerDay = (deps: AnswerDeps, { params: { account, day } }: Question<'day'>): Promise<DayAnswer> =>
  asAccount(deps, account, async (db) => {
    const range = istDayRange(day)
    const judged = await readJudgedWebhooks(db, account, range)
    const windows = await readDayWindows(db, account, range, judged)
    const counted = windows.flatMap(({ state, listed, exact, unlisted, claims }) => (state === null ? [] : [{ state, windows: 1, listed, exact, unlisted, claims }]))
    return {
      account,
      day,
      range: spanText(range),
      completeness: assembleCompleteness(range, counted),
      timeliness: assembleTimeliness(await readTimeliness(db, account, range)),
      webhooks: assembleYield(yieldOf(judged)),
      windows: windows.map(windowItem),
    }
  })

export const answerWindow = (deps: AnswerDeps, { params }: Question<'window'>): Promise<WindowAnswer> => {
  const { account } = params
  const window = windowAt(Date.parse(params.from))
  if (window.from !== Date.parse(params.from)) throw new QuestionError('not-found', `No window begins then; the one that holds it begins at ${canonicalTime(window.from)}.`)
  return asAccount(deps, account, async (db) => {
    const [counts] = await readDayWindows(db, account, window)
    if (counts === undefined || counts.state === null) throw new QuestionError('not-found', 'This window was not taken on, or has not begun.')
    const question = { ...spanText(window), limit: PAGE_ITEMS_DEFAULT }
    return {
      account,
      day: istDayOf(window.from),
      window: windowItem(counts),
      calls: await pageOfCalls(deps, db, account, question),
      scans: (await readWindowScans(db, account, window.from)).map((scan) => ({ ...scan, startedAt: canonicalTime(scan.startedAt), endedAt: timeText(scan.endedAt) })),
      history: (await readWindowChanges(db, account, window.from)).map(changeItem),
      neighbours: { before: spanText({ from: window.from - WINDOW_MS, to: window.from }), after: spanText({ from: window.to, to: window.to + WINDOW_MS }) },
    }
  })
}

const windowItem = ({ from, state, reason, since, ...counts }: WindowCounts): WindowItem => ({
  ...counts,
  ...spanText({ from, to: from + WINDOW_MS }),
  state: state as WindowItem['state'],
  reason: reason as WindowItem['reason'],
  since: timeText(since),
})

const Evidence = z.object({ scans: z.array(z.object({ scan: z.uuid() })), difference: WindowChangeItem.shape.difference })

const changeItem = ({ logOffset, from, to, reason, at, evidence }: WindowChangeRow): WindowChangeItem => {
  const { scans, difference } = Evidence.parse(evidence)
  return {
    position: { partition: 0, offset: logOffset.toString() },
    from: from as WindowChangeItem['from'],
    to: to as WindowChangeItem['to'],
    reason: reason as WindowChangeItem['reason'],
    at: canonicalTime(at),
    scans: scans.map(({ scan }) => scan),
    difference,
  }
}
