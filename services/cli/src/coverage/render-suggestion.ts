import { CALLS_MIN, SHARE_PERCENT_MIN, type Suggestion } from '@rollcall/domain/window/suggest-rules'
import { clockTime } from '../terminal/clock-time.ts'
import { safeText } from '../terminal/safe-text.ts'

const HEAD = ['DIRECTION', 'EXOPHONE', 'CALLS', 'HAD'] as const
const GAP = '  '
/** --json has them all. */
const GROUPS_MAX = 50

/** What calls had, and the rules that would fit it as they stand in the accounts file; one string a line. Pure. */
export const renderSuggestion = (suggestion: Suggestion & { readonly account: string; readonly from: string; readonly to: string }): readonly string[] => {
  const { account, from, to, groups, coverage } = suggestion
  const range = `from ${clockTime(Date.parse(from))} to ${clockTime(Date.parse(to))}`
  if (groups.length === 0) return [`No call of ${safeText(account)} that was created ${range} is known to have ended.`]
  const rows = [HEAD, ...groups.slice(0, GROUPS_MAX).map(cells)]
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return [
    `Calls of ${safeText(account)} that were created ${range} and have ended:`,
    ...rows.map((row) => row.map((cell, column) => (column === HEAD.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join(GAP)),
    ...(groups.length > GROUPS_MAX ? [`and ${groups.length - GROUPS_MAX} more; --json has them all`] : []),
    '',
    ...(coverage.length === 0
      ? [`No rule to propose: nowhere had ${SHARE_PERCENT_MIN} % of ${CALLS_MIN} calls or more the same webhook.`]
      : [
          `Where ${SHARE_PERCENT_MIN} % of ${CALLS_MIN} calls or more had a webhook, it could be expected. Look at these rules, then put them into the account in the`,
          'accounts file; the first rule that applies decides, so mind the order:',
          '',
          ...`"coverage": ${JSON.stringify(coverage, null, 2)}`.split('\n').map(safeText),
        ]),
  ]
}

const cells = ({ direction, exophone, calls, webhooks }: Suggestion['groups'][number]): readonly string[] => [
  safeText(direction ?? 'not told'),
  safeText(exophone ?? 'not told'),
  String(calls),
  webhooks.length === 0 ? 'none' : webhooks.map((webhook) => `${webhook.name} ${webhook.calls} (${webhook.percent} %)`).join(', '),
]
