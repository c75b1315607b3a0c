import { MINUTE } from '@rollcall/domain/time'
import { agoText } from '../terminal/ago-text.ts'
import { durationText } from '../terminal/duration-text.ts'
import { fitLine } from '../terminal/fit-line.ts'
import { styleText, type TextStyle } from '../terminal/style-text.ts'
import type { AccountPicture, LivePicture, SimulatorPicture } from './live-picture.ts'
import { windowsText } from './windows-text.ts'

const LABEL_COLUMNS = 13
/** More accounts than these are counted, not listed: the picture fits 24 rows. */
const ACCOUNTS_SHOWN_MAX = 3
/** A reconciler that runs every few seconds and has not for this long is worth a colour. */
const RUN_LATE_MS = 5 * MINUTE

interface Line {
  readonly text: string
  readonly style: TextStyle | null
}

/** The live view, one string a line, none longer than `columns`. Pure. */
export const renderLiveView = (picture: LivePicture, { columns, colour }: { readonly columns: number; readonly colour: boolean }): readonly string[] =>
  lines(picture).map(({ text, style }) => styleText(fitLine(text, columns), style, colour))

const lines = (picture: LivePicture): readonly Line[] => {
  const { simulator, places } = picture
  const down = picture.services.filter(({ up }) => !up).map(({ name }) => name)
  return [
    plain(''),
    { text: `Rollcall has been running for ${durationText(picture.now - picture.startedAt)}`, style: 'bold' },
    plain(''),
    row('Event log', picture.eventLog + (picture.unsafeTopics ? ' · unsafe topics allowed' : '')),
    row('Database', picture.database),
    ...(down.length === 0 ? [] : [row('Not up', down.join(', '), 'red')]),
    plain(''),
    ...(simulator === null ? [] : simulatorLines(simulator)),
    logLine(picture.log),
    ...(simulator === null ? [] : [lostLine(simulator)]),
    ...accountLines(picture),
    plain(''),
    row('Open this', places.audit, 'bold'),
    ...(simulator === null ? [row('Webhooks', places.webhooks)] : []),
    row('Metrics', places.metrics.join('  ')),
    ...(places.simulator === null ? [] : [row('Simulator', places.simulator)]),
    row('Logs', places.logs),
    plain(''),
    { text: 'Ctrl-C stops everything and loses nothing.', style: 'dim' },
  ]
}

const plain = (text: string): Line => ({ text, style: null })
const row = (label: string, text: string, style: TextStyle | null = null): Line => ({ text: `${label.padEnd(LABEL_COLUMNS)}${text}`, style })

const simulatorLines = ({ callsMade, webhooksDelivered, webhooksLost, webhooksRefused }: SimulatorPicture): readonly Line[] => [
  row('Exotel', 'simulated: calls, numbers and losses are made up', 'yellow'),
  row('Calls made', String(callsMade)),
  row('Webhooks', `${webhooksDelivered + webhooksRefused} sent, ${webhooksLost} lost on purpose${webhooksRefused === 0 ? '' : `, ${webhooksRefused} not accepted`}`),
]

const logLine = (log: LivePicture['log']): Line =>
  log === null
    ? row('Observations', 'not readable just now', 'red')
    : row('Observations', `${log.records} received, ${log.projected} projected, ${log.records - log.projected} behind`)

const lostLine = ({ lostCalls, lostCallsFound }: SimulatorPicture): Line => {
  const missing = lostCalls - lostCallsFound
  return row('Lost calls', `${lostCalls}, of which ${lostCallsFound} found again by reconciliation, ${missing} still missing`, lostCalls > 0 && missing === 0 ? 'green' : null)
}

const accountLines = ({ accounts, now, simulator }: LivePicture): readonly Line[] => {
  if (accounts === null) return [row('Accounts', 'not readable just now', 'red')]
  const [only] = accounts
  if (simulator !== null && accounts.length === 1 && only !== undefined) return [row('Windows', windowsText(only.windows)), runLine('Last run', only, now)]
  const shown = accounts.slice(0, ACCOUNTS_SHOWN_MAX)
  return [
    ...shown.flatMap((account) => [
      row(
        fitLine(account.account, LABEL_COLUMNS - 1),
        `${account.callsFound} found by reconciliation, ${account.webhooksMissing} webhooks missing; windows: ${windowsText(account.windows)}`,
      ),
      runLine('', account, now),
    ]),
    ...(accounts.length > shown.length ? [row('', `and ${accounts.length - shown.length} more accounts: rollcall status`)] : []),
  ]
}

const runLine = (label: string, { lastRun }: AccountPicture, now: number): Line => {
  if (lastRun === null) return row(label, 'no run yet')
  const age = now - (lastRun.endedAt ?? lastRun.startedAt)
  if (lastRun.endedAt === null) return row(label, `running for ${durationText(age)}`, age > RUN_LATE_MS ? 'yellow' : null)
  const { outcome, callsFound, requests, stopReason } = lastRun
  return row(
    label,
    `${agoText(age)}: ${outcome}, ${callsFound} calls found, ${requests} requests${stopReason === null ? '' : `; ${stopReason}`}`,
    age > RUN_LATE_MS || outcome === 'failed' ? 'yellow' : null,
  )
}
