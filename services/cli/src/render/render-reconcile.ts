import { z } from 'zod'
import { windowsText } from '../live/windows-text.ts'

/** What the reconciler's one-shot command prints for `--json`; what is not known is not shown. */
const Summary = z.looseObject({
  account: z.string(),
  from: z.string(),
  to: z.string(),
  outcome: z.string(),
  reason: z.string().nullable(),
  requests: z.number(),
  callsFound: z.number(),
  webhooksMissing: z.number(),
  windows: z.record(z.string(), z.number()),
})

/** The summary in words; a line that is not one as it is. Pure. */
export const renderReconcile = (line: string): readonly string[] => {
  const summary = line.startsWith('{') ? Summary.safeParse(JSON.parse(line)) : null
  if (summary === null || !summary.success) return [line]
  const { account, from, to, outcome, reason, requests, callsFound, webhooksMissing, windows } = summary.data
  return [
    `Reconciled ${account} from ${from} to ${to}: ${outcome}${reason === null ? '' : ` (${reason})`}`,
    `  calls found        ${callsFound}`,
    `  webhooks missing   ${webhooksMissing}, newly judged so`,
    `  windows            ${windowsText(windows)}`,
    `  requests           ${requests}`,
  ]
}
