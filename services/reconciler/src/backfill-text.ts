import { type CliffRisk, callsLeft } from '@rollcall/domain/schedule/backfill'
import { DAY, type Instant, MINUTE } from '@rollcall/domain/time'
import type { Window } from '@rollcall/domain/window/window'
import type { Backfill } from '@rollcall/store/reconcile/backfills'
import type { BackfillPlan } from './plan-backfill.ts'

/** What a backfill will take, in words, one line each. Pure. */
export const planText = ({ reachable, beyond, callsExpected, estimate }: BackfillPlan, ratePerMinute: number): readonly string[] => [
  ...(beyond === null ? [] : [`${spanText(beyond)} is older than Exotel tells of: it is recorded as a gap, and not read`]),
  ...(reachable === null
    ? []
    : [`${spanText(reachable)}: ${callsExpected === null ? 'Exotel does not say how many calls' : `about ${callsExpected} calls, as Exotel counts them`}`]),
  ...(reachable === null || estimate === null
    ? []
    : [
        `About ${estimate.requests} requests, and ${estimate.closingRequests} to read the windows again before they are final; at ${ratePerMinute} a minute that takes at least ${minutesText(estimate.durationMsMin)}, longer where the RPO needs some of them`,
      ]),
]

/** How far a backfill is, and how long it may take at the pace since `begun`. Pure. */
export const backfillProgress = (
  backfill: Backfill,
  risk: CliffRisk | null,
  begun: { readonly at: Instant; readonly share: number | null },
  now: Instant,
): { readonly share: number; readonly text: string; readonly msLeft: number | null } => {
  const { from, to, readTo, callsListed, callsFound, requests, trouble, state } = backfill
  const left = callsLeft(backfill)
  const share = state === 'done' ? 1 : left === null || callsListed + left === 0 ? (readTo - from) / (to - from) : callsListed / (callsListed + left)
  const done = share - (begun.share ?? share)
  return {
    share,
    text: [
      `${callsListed}${left === null ? '' : ` of about ${callsListed + left}`} calls, ${callsFound} of them found, ${requests} requests, read to ${new Date(readTo).toISOString()}`,
      ...(risk === null ? [] : [`ABOUT ${risk.callsLost} CALLS created from ${new Date(risk.from).toISOString()} on will be forgotten by Exotel before they are read`]),
      ...(trouble === null ? [] : [trouble]),
    ].join('; '),
    msLeft: state === 'done' ? 0 : done > 0 ? Math.round(((now - begun.at) * (1 - share)) / done) : null,
  }
}

const spanText = ({ from, to }: Window): string =>
  `${new Date(from).toISOString()} to ${new Date(to).toISOString()} (${(Math.round((10 * (to - from)) / DAY) / 10).toString()} days)`

const minutesText = (ms: number): string => (ms < 120 * MINUTE ? `${Math.ceil(ms / MINUTE)} minutes` : `${Math.round(ms / (6 * MINUTE)) / 10} hours`)
