import type { CliffRisk } from '@rollcall/domain/schedule/backfill'
import type { Backfill } from '@rollcall/store/reconcile/backfills'
import { clockTime } from '../terminal/clock-time.ts'
import { safeText } from '../terminal/safe-text.ts'

/** A backfill, and whether Exotel will forget calls of it before they are read; null too where the account's settings are not known. */
export interface ShownBackfill extends Backfill {
  readonly risk: CliffRisk | null
}

/** Backfills that go on or ended of late: how far each is, and what was or will be lost. Pure. */
export const backfillLines = (backfills: readonly ShownBackfill[]): readonly string[] => backfills.map(backfillText)

const backfillText = ({ requestedFrom, from, to, readTo, state, callsListed, callsExpected, callsFound, windowsSkipped, lostTo, trouble, risk }: ShownBackfill): string =>
  [
    `${clockTime(requestedFrom)} to ${clockTime(to)}: ${state}${state === 'done' ? '' : `, read to ${clockTime(readTo)}`}`,
    `${callsListed}${callsExpected === null || state === 'done' ? '' : ` of about ${callsExpected}`} calls, ${callsFound} found`,
    ...(requestedFrom < from ? [`before ${clockTime(from)} beyond history`] : []),
    ...(lostTo === null ? [] : [`LOST before ${clockTime(lostTo)}`]),
    ...(risk === null ? [] : [`AT RISK: about ${risk.callsLost} calls from ${clockTime(risk.from)} on will be forgotten by Exotel before they are read`]),
    ...(windowsSkipped === 0 ? [] : [`${windowsSkipped} windows skipped`]),
    ...(trouble === null || state === 'done' ? [] : [safeText(trouble)]),
  ].join('; ')
