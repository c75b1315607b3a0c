import type { Completeness, Delays, WebhookYield, WindowStateName } from '@rollcall/contracts/audit-api/measures'
import { durationText } from '../time/duration.ts'
import { counted, countText, shareText } from './share.ts'

/** The answer for somebody who has never heard of a window: what, and because of what. */
export interface Verdict {
  readonly answer: 'Complete' | 'Not complete' | 'Not proven yet' | 'Not proven, and never will be'
  /** Goes on after the answer: `, because …`. A sentence with its full stop. */
  readonly because: string
  /** What else there is to know; empty where nothing is. */
  readonly further: string
}

/** Is a time complete? `span` names it in the sentence, such as `this day`; `notBegun` of its expected windows lie ahead. Pure. */
export const completenessVerdict = (completeness: Completeness, span: string, notBegun = 0): Verdict => {
  const { answer, closed, windowsExpected, byState } = completeness
  const lacking = closed.listed - closed.exact
  const open = notClosed(completeness, notBegun)
  switch (answer) {
    case 'complete':
      return {
        answer: 'Complete',
        because:
          closed.listed === 0
            ? `, because all ${counted(windowsExpected, 'window')} of ${span} are closed and Exotel listed no call.`
            : `, because all ${counted(windowsExpected, 'window')} of ${span} are closed and every one of the ${counted(closed.listed, 'call')} that Exotel lists is held exactly.`,
        further: '',
      }
    case 'incomplete':
      return {
        answer: 'Not complete',
        because: `, because ${countText(lacking)} of the ${counted(closed.listed, 'call')} that Exotel listed ${lacking === 1 ? 'is' : 'are'} not held as listed.`,
        further: open.windows === 0 ? '' : `Besides, ${open.text}: nothing is proven of ${open.windows === 1 ? 'it' : 'them'}.`,
      }
    case 'unproven': {
      const gaps = byState.gap?.windows ?? 0
      if (windowsExpected === 0) return { answer: 'Not proven yet', because: `, because no window of ${span} has begun.`, further: '' }
      const closedPart = closed.windows === 0 ? '' : closedSentence(closed)
      if (gaps > 0)
        return {
          answer: 'Not proven, and never will be',
          because: `, because Exotel no longer answers for ${counted(gaps, 'window')} of ${span} that ${gaps === 1 ? 'was' : 'were'} not final in time.`,
          further: closedPart,
        }
      return { answer: 'Not proven yet', because: `, because ${open.text}.`, further: closedPart }
    }
    default:
      return answer satisfies never
  }
}

const closedSentence = ({ windows, listed, exact }: { windows: number; listed: number; exact: number }): string => {
  const whose = windows === 1 ? 'In the one closed window' : `In the ${countText(windows)} closed windows`
  if (listed === 0) return `${whose} Exotel listed no call.`
  return exact === listed ? `${whose} all ${counted(listed, 'call')} are held exactly.` : `${whose} ${countText(exact)} of ${counted(listed, 'call')} are held exactly.`
}

const NOT_CLOSED: readonly (readonly [WindowStateName, string])[] = [
  ['open', 'under way'],
  ['settling', 'settling'],
  ['provisional', 'provisional'],
  ['gap', 'a gap'],
]

const notClosed = ({ windowsExpected, closed, byState }: Completeness, notBegun: number): { windows: number; text: string } => {
  const windows = windowsExpected - closed.windows
  const known = NOT_CLOSED.flatMap(([state, words]) => (byState[state]?.windows ? [`${countText(byState[state].windows)} ${words}`] : []))
  const inNoState = windowsExpected - Object.values(byState).reduce((sum, state) => sum + state.windows, 0)
  // What lies ahead may not be expected yet.
  const ahead = Math.min(notBegun, inNoState)
  const never = inNoState - ahead
  const parts = [...known, ...(ahead > 0 ? [`${countText(ahead)} not begun`] : []), ...(never > 0 ? [`${countText(never)} not taken on`] : [])]
  return { windows, text: `${countText(windows)} of ${counted(windowsExpected, 'window')} ${windows === 1 ? 'is' : 'are'} not closed (${parts.join(', ')})` }
}

/** How soon facts of one kind were durable: `what` is `ends of calls` or `recordings`. */
export const delaysSentence = (
  { facts, withinObjective, withinRpo }: Delays,
  what: string,
  { withinSeconds, neverAboveSeconds }: { withinSeconds: number; neverAboveSeconds: number },
): string => {
  if (facts === 0) return `No ${what} to measure.`
  const above = facts - withinRpo
  const within = `${shareText(withinObjective, facts)} of ${countText(facts)} ${what} within ${durationText(withinSeconds)}`
  return above === 0 ? `${within}; none above ${durationText(neverAboveSeconds)}.` : `${within}; ${countText(above)} above ${durationText(neverAboveSeconds)}.`
}

/** Did the webhooks come? */
export const yieldSentence = ({ expected, arrived, late, missing, pending }: WebhookYield): string => {
  if (expected === 0) return 'No webhook was expected.'
  const rest = [late > 0 ? `${countText(late)} late` : '', missing > 0 ? `${countText(missing)} missing` : '', pending > 0 ? `${countText(pending)} pending` : ''].filter(
    (part) => part !== '',
  )
  return `${countText(arrived)} of ${counted(expected, 'expected webhook')} arrived${rest.length > 0 ? `; ${rest.join(', ')}` : ''}.`
}
