import { durationText } from '../terminal/duration-text.ts'
import type { AccountPicture, LivePicture } from './live-picture.ts'
import { windowsText } from './windows-text.ts'

/** What happened between two pictures that is worth a line in a pipe. Pure. */
export const tellChanges = (before: LivePicture, after: LivePicture): readonly string[] => [
  ...lostAndFound(before, after),
  ...(after.accounts ?? []).flatMap((account) =>
    accountChanges(
      before.accounts?.find((known) => known.account === account.account),
      account,
    ),
  ),
]

/** The whole stack in one line. Pure. */
export const tellSummary = ({ now, startedAt, simulator, log, accounts }: LivePicture): string =>
  [
    `running for ${durationText(now - startedAt)}`,
    ...(simulator === null ? [] : [`${simulator.callsMade} calls made, ${simulator.webhooksLost} webhooks lost on purpose`]),
    log === null ? 'log not readable' : `${log.records} received, ${log.projected} projected, ${log.records - log.projected} behind`,
    ...(simulator === null
      ? []
      : [`${simulator.lostCallsFound} of ${simulator.lostCalls} lost calls found again, ${simulator.lostCalls - simulator.lostCallsFound} still missing`]),
    ...(accounts ?? []).map(({ account, windows }) => `windows${accounts?.length === 1 ? '' : ` of ${account}`}: ${windowsText(windows)}`),
  ].join('; ')

const lostAndFound = ({ simulator: before }: LivePicture, { simulator: after }: LivePicture): readonly string[] => {
  if (before === null || after === null) return []
  const found = after.lostCallsFound - before.lostCallsFound
  return found > 0 ? [`found again ${found} ${found === 1 ? 'call' : 'calls'} that had lost a webhook; ${after.lostCalls - after.lostCallsFound} still missing`] : []
}

const accountChanges = (before: AccountPicture | undefined, after: AccountPicture): readonly string[] => {
  const lines: string[] = []
  const ended = after.lastRun
  const isNew = ended !== null && ended.endedAt !== null && (before?.lastRun?.runId !== ended.runId || before.lastRun.endedAt === null)
  if (isNew && before !== undefined && (ended.callsFound > 0 || ended.outcome !== 'complete'))
    lines.push(
      `reconciled ${after.account}: ${ended.outcome}, ${ended.callsFound} calls found, ${ended.requests} requests${ended.stopReason === null ? '' : ` (${ended.stopReason})`}`,
    )
  for (const state of ['provisional', 'final', 'amended', 'gap']) {
    const more = (after.windows[state] ?? 0) - (before?.windows[state] ?? 0)
    if (before !== undefined && more > 0) lines.push(`${more} ${more === 1 ? 'window' : 'windows'} of ${after.account} became ${state}`)
  }
  return lines
}
