import { counted, countText } from '../measures/share.ts'
import { istMinute } from '../time/ist.ts'
import { isClosed, type WindowCell } from './hours.ts'

/** One window in a line: what its cell says when it is pointed at, has the focus, or is read aloud. `now` in milliseconds since 1970. Pure. */
export const windowTip = (window: WindowCell, now: number): string => {
  const { from, to, state, listed, exact, unlisted, claims, webhooksMissing = 0, webhooksExpected = 0, amendments = 0 } = window
  const when = `${istMinute(from)} to ${istMinute(to)}`
  if (state === null) return `${when}: ${Date.parse(from) > now ? 'not begun' : 'not taken on'}`
  const parts = [isClosed(state) || listed > 0 ? `${countText(exact)} of ${counted(listed, 'listed call')} held` : '']
  if (unlisted > 0) parts.push(`${countText(unlisted)} that no list shows`)
  if (claims > 0) parts.push(`${countText(claims)} only claimed by webhooks`)
  if (webhooksMissing > 0) parts.push(`${countText(webhooksMissing)} of ${counted(webhooksExpected, 'webhook')} missing`)
  if (amendments > 0) parts.push(`amended ${amendments === 1 ? 'once' : `${amendments} times`}`)
  return [`${when}: ${state}`, ...parts.filter((part) => part !== '')].join(', ')
}
