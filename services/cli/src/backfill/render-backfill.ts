import { z } from 'zod'
import { safeText } from '../terminal/safe-text.ts'

/** What the reconciler's command prints for `--json`; what is not known is not shown. */
const Summary = z.looseObject({
  account: z.string(),
  from: z.string(),
  to: z.string(),
  outcome: z.string(),
  reason: z.string().nullable(),
  beyond: z.object({ from: z.string(), to: z.string() }).nullable(),
  callsExpected: z.number().nullable(),
  estimate: z.object({ requests: z.number(), closingRequests: z.number(), minutesMin: z.number() }).nullable(),
  readTo: z.string().nullable(),
  callsListed: z.number(),
  callsFound: z.number(),
  callsAtRisk: z.number(),
  requests: z.number(),
})

/** The summary in words; a line that is not one as it is. Pure. */
export const renderBackfill = (line: string): readonly string[] => {
  const summary = line.startsWith('{') ? Summary.safeParse(JSON.parse(line)) : null
  if (summary === null || !summary.success) return [line]
  const { account, from, to, outcome, reason, beyond, callsExpected, estimate, readTo, callsListed, callsFound, callsAtRisk, requests } = summary.data
  const about = [
    ...(beyond === null ? [] : [`  beyond history     ${beyond.from} to ${beyond.to}: Exotel tells of it no more, recorded as a gap`]),
    `  calls expected     ${callsExpected === null ? 'unknown: Exotel does not count them' : `about ${callsExpected}`}`,
    ...(estimate === null ? [] : [`  estimate           ${estimate.requests} requests and ${estimate.closingRequests} to close, at least ${estimate.minutesMin} minutes`]),
  ]
  const done = [
    ...(readTo === null ? [] : [`  read to            ${readTo}`]),
    `  calls listed       ${callsListed}`,
    `  calls found        ${callsFound}`,
    ...(callsAtRisk === 0 ? [] : [`  CALLS AT RISK      about ${callsAtRisk} will be forgotten by Exotel before they are read`]),
    `  requests           ${requests}`,
  ]
  return [`Backfill of ${account} from ${from} to ${to}: ${outcome}${reason === null ? '' : ` (${safeText(reason)})`}`, ...about, ...(outcome === 'planned' ? [] : done)]
}
