import { RPO_MS } from '@rollcall/domain/schedule/capacity'
import { MINUTE } from '@rollcall/domain/time'
import type { Watermark } from '@rollcall/domain/window/watermark'
import type { ExceptionCount } from '@rollcall/store/status/count-exceptions'
import { windowsText } from '../live/windows-text.ts'
import { agoText } from '../terminal/ago-text.ts'
import { clockTime } from '../terminal/clock-time.ts'
import { durationText } from '../terminal/duration-text.ts'
import { backfillLines } from './backfill-lines.ts'
import { checkLines } from './check-lines.ts'
import { renderHeartbeat } from './render-heartbeat.ts'
import { renderHosts } from './render-hosts.ts'
import { renderTimeliness } from './render-timeliness.ts'
import { scheduleLines } from './schedule-lines.ts'
import type { AccountStatus, RpoStatus, Status } from './status.ts'
import { tellProblems } from './tell-problems.ts'

const LABEL_COLUMNS = 24

/** The status in words, one string a line. Pure. */
export const renderStatus = ({ now, source, eventLog, database, ingestHosts, accounts }: Status): readonly string[] => [
  row('Configured by', source),
  row('Event log', eventLog.description),
  ...tellProblems(eventLog.problems).map((problem) => row('', problem)),
  row('Database', `PostgreSQL ${database.version} at ${database.address}`),
  row('Observations', `${eventLog.received} received, ${eventLog.projected} projected, ${eventLog.lag} behind`),
  ...renderHosts(ingestHosts).map((text, nth) => row(nth === 0 ? 'Ingest spools' : '', text)),
  ...accounts.flatMap((account) => ['', ...accountLines(account, now)]),
  ...(accounts.length === 0 ? ['', 'No account is configured, and none is in the log.'] : []),
]

const row = (label: string, text: string): string => `${label.padEnd(LABEL_COLUMNS)}${text}`

const accountLines = (status: AccountStatus, now: number): readonly string[] => {
  const least = status.lagIsExact ? '' : 'at least '
  return [
    `Account ${status.account}`,
    row('  received', `${least}${status.received} (${status.webhooks} webhooks and ${status.apiRows} API rows projected)`),
    row('  projected', `${status.projected}, which makes ${status.calls} calls`),
    row('  lag', `${least}${status.lag}`),
    row('  dead letters', String(status.deadLetters)),
    ...status.exceptions.map((exception, nth) => row(nth === 0 ? '  new to our readers' : '', exceptionText(exception))),
    ...renderHeartbeat(status.heartbeat, now).map(([label, text]) => row(`  ${label}`, text)),
    ...(Object.keys(status.sms).length === 0 ? [] : [row('  SMS', countsText(status.sms))]),
    row('  windows', windowsText(status.windows)),
    row('  watermark', watermarkText(status.watermark)),
    ...(status.audit.oldestAt === null ? [] : [row('  audit records waiting', `${status.audit.waiting}, the oldest noted ${agoText(now - status.audit.oldestAt)}`)]),
    ...checkLines(status, now).map(([label, text]) => row(`  ${label}`, text)),
    row('  found by reconciling', `${status.callsFound} calls that no webhook had told of`),
    row('  webhooks missing', missingText(status)),
    ...webhookLines(status, now),
    ...(status.rpo === null ? [] : [row(`  RPO of ${RPO_MS / MINUTE} minutes`, rpoText(status.rpo))]),
    ...renderTimeliness(status.timeliness).map(([label, text]) => row(`  ${label}`, text)),
    row('  last run', runText(status, now)),
    ...backfillLines(status.backfills).map((text, nth) => row(nth === 0 ? '  backfills' : '', text)),
    ...scheduleLines(status, now).map((text, nth) => row(nth === 0 ? '  schedule' : '', text)),
  ]
}

const missingText = ({ webhooksMissing, missingByReason }: AccountStatus): string => `${webhooksMissing}${webhooksMissing === 0 ? '' : `: ${countsText(missingByReason)}`}`

const webhookLines = ({ webhooksSilentSince, webhooksSpooled, callsUnverified, callsDenied }: AccountStatus, now: number): readonly string[] => [
  ...(webhooksSilentSince === null ? [] : [row('  WEBHOOKS SILENT', `the last came ${agoText(now - webhooksSilentSince)}, and calls since should have told of themselves`)]),
  ...(webhooksSpooled === 0 ? [] : [row('  webhooks spooled', `${webhooksSpooled} are awaited, since they may lie in a spool of ingest`)]),
  ...(callsUnverified === 0
    ? []
    : [
        row(
          '  unverified',
          `${callsUnverified} calls that only webhooks claim${callsDenied === 0 ? '' : `; EXCEPTION: Exotel does not know ${callsDenied} of them, which may be forged`}`,
        ),
      ]),
]

const rpoText = ({ atRisk, callsPerSecond, neededPerMinute, availablePerMinute }: RpoStatus): string => {
  const needed = neededPerMinute === null ? 'more than any' : Math.ceil(neededPerMinute)
  return `${atRisk ? 'AT RISK: ' : ''}${callsPerSecond.toFixed(1)} calls/s take ${needed} of ${Math.floor(availablePerMinute)} requests a minute`
}

const watermarkText = ({ at, heldBy }: Watermark): string => {
  if (at === null) return 'none: there are no windows yet'
  return heldBy === null ? `${clockTime(at)}; every window is final` : `${clockTime(at)}, held by a window that is ${HELD_WORDS[heldBy.state] ?? heldBy.state}`
}

const HELD_WORDS: Readonly<Record<string, string>> = { gap: 'a gap: Exotel does not answer for it any more' }

const exceptionText = ({ surface, field, kind, value, observations }: ExceptionCount): string =>
  `${observations} × ${surface} ${field}${value === '' ? '' : ` "${value}"`}: ${EXCEPTION_WORDS[kind] ?? kind}`

const EXCEPTION_WORDS: Readonly<Record<string, string>> = {
  'unknown-value': 'a word that is in no list of ours',
  'unreadable-value': 'could not be read, and was left out',
  'other-surface': 'read as this surface, though the callback URL names another',
}

const countsText = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([word, count]) => `${count} ${word}`)
    .join(', ')

const runText = ({ lastRun }: AccountStatus, now: number): string => {
  if (lastRun === null) return 'none yet'
  if (lastRun.endedAt === null) return `running for ${durationText(now - lastRun.startedAt)}`
  const { endedAt, outcome, callsFound, requests, stopReason } = lastRun
  return `${agoText(now - endedAt)}: ${outcome}, ${callsFound} calls found, ${requests} requests${stopReason === null ? '' : `; ${stopReason}`}`
}
