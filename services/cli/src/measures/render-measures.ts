import { OBJECTIVES } from '@rollcall/domain/slo/objectives'
import { SECOND } from '@rollcall/domain/time'
import type { Delays } from '@rollcall/store/measures/read-timeliness'
import { durationText } from '../terminal/duration-text.ts'
import type { Measures } from './measures.ts'

const LABEL_COLUMNS = 24

/** The measures in words, one string a line. Pure. */
export const renderMeasures = ({ account, from, to, completeness, timeliness, webhooks }: Measures): readonly string[] => {
  const { closed, byState, windowsExpected } = completeness
  const open = Object.entries(byState).filter(([state]) => state !== 'final' && state !== 'amended')
  const untaken = windowsExpected - Object.values(byState).reduce((sum, { windows }) => sum + windows, 0)
  return [
    `Account ${account}, calls that Exotel created from ${from} to ${to}`,
    '',
    'Completeness: do we hold what Exotel has?',
    row('  closed windows', `${closed.windows} of ${windowsExpected}`),
    row('  calls', `${closed.exact} of the ${closed.listed} that Exotel lists in them are held, verified and exact: ${shareText(closed.exact, closed.listed)}`),
    ...(closed.unlisted === 0 ? [] : [row('  never listed', `${closed.unlisted} verified calls beside them, which only a lookup tells of`)]),
    ...(closed.claims === 0 ? [] : [row('  unverified', `${closed.claims} calls that only webhooks told of; they count nowhere`)]),
    ...open.map(([state, { windows, listed }]) => row(`  ${state}`, `${windows} windows, in which ${listed} calls were listed so far; nothing is proven of them yet`)),
    ...(untaken === 0 ? [] : [row('  not taken on', `${untaken} windows: before the account's first one, or not begun`)]),
    '',
    'Timeliness: how soon was it durable?',
    ...delayLines('ends of calls', timeliness.ended, OBJECTIVES.ended),
    ...byLines(timeliness.endedBy),
    ...(timeliness.endUnknown === 0 ? [] : [row('  no end', `${timeliness.endUnknown} confirmed calls, of which the end is not known`)]),
    ...delayLines('recordings', timeliness.recorded, OBJECTIVES.recorded),
    ...byLines(timeliness.recordedBy),
    ...(timeliness.recordingsAwaited === 0 ? [] : [row('  awaited', `${timeliness.recordingsAwaited} calls are asked for until their recording is there or ruled out`)]),
    '',
    'Webhooks: did they come?',
    row('  arrived', `${webhooks.arrived} of ${webhooks.expected} expected, ${webhooks.late} of them late: ${shareText(webhooks.arrived, webhooks.expected - webhooks.pending)}`),
    row('  missing', [String(webhooks.missing), ...Object.entries(webhooks.missingBy).map(([reason, count]) => `${count} ${reason}`)].join(', ')),
    ...(webhooks.pending === 0 ? [] : [row('  awaited', String(webhooks.pending))]),
    row('  not expected', `of ${webhooks.callsNotExpected} calls`),
  ]
}

const row = (label: string, text: string): string => `${label.padEnd(LABEL_COLUMNS)}${text}`

/** Rounded down, so that 100 % is said of all and of nothing less. */
const shareText = (part: number, whole: number): string => (whole === 0 ? 'none to measure' : `${(Math.floor((part / whole) * 100_000) / 1_000).toFixed(3)} %`)

const delayLines = (what: string, delays: Delays, { withinMs, neverAboveMs }: { readonly withinMs: number; readonly neverAboveMs: number }): readonly string[] => {
  const { facts, withinObjective, withinRpo, p50Seconds, p99Seconds, maxSeconds } = delays
  if (facts === 0) return [row(`  ${what}`, 'none')]
  return [
    row(
      `  ${what}`,
      `${facts}: ${shareText(withinObjective, facts)} within ${durationText(withinMs)}, ${shareText(withinRpo, facts)} within the RPO of ${durationText(neverAboveMs)}`,
    ),
    row('', `p50 ${secondsText(p50Seconds)}, p99 ${secondsText(p99Seconds)}, longest ${secondsText(maxSeconds)}`),
  ]
}

const byLines = (by: Readonly<Record<string, Delays>>): readonly string[] =>
  Object.entries(by).map(([how, { facts, p99Seconds, maxSeconds }]) => row(`    by ${how}`, `${facts}, p99 ${secondsText(p99Seconds)}, longest ${secondsText(maxSeconds)}`))

const secondsText = (seconds: number | null): string => (seconds === null ? 'none' : durationText(seconds * SECOND))
