import type { Instant } from '@rollcall/domain/time'
import { agoText } from '../terminal/ago-text.ts'
import type { AccountStatus } from './status.ts'

/** So many days are named. */
const DAYS_SHOWN = 5

/** What checks of days against the log found: label and text of each line; none before the first check. Pure. */
export const checkLines = ({ account, checks }: Pick<AccountStatus, 'account' | 'checks'>, now: Instant): readonly (readonly [string, string])[] => {
  if (checks === null || checks.lastAt === null) return []
  const { days, lastAt, differing } = checks
  return [
    ['checked against log', `${days} days, the last ${agoText(now - lastAt)}${differing.length === 0 ? '; all are stored as the log has them' : ''}`],
    ...differing
      .slice(0, DAYS_SHOWN)
      .map(({ day, calls, at }): readonly [string, string] => [
        'DIFFERS FROM LOG',
        `${day}: at least ${calls} calls are not stored as the log has them (${agoText(now - at)}); see rollcall check --day ${day} --account ${account}`,
      ]),
    ...(differing.length > DAYS_SHOWN ? [['', `and ${differing.length - DAYS_SHOWN} days more`] as const] : []),
  ]
}
