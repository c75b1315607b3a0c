import { clockTime } from '../terminal/clock-time.ts'
import { safeText } from '../terminal/safe-text.ts'
import type { LetterView } from './letter-view.ts'
import type { ReadParameter, ReadToday } from './read-today.ts'
import { showBytes } from './show-bytes.ts'

const LABEL_COLUMNS = 16
/** --json has them all. */
const PARAMETERS_MAX = 50

/** One dead letter in words, one string a line. Pure. */
export const renderLetter = ({ id, receivedAt, account, surface, reason, today, headers, bytes, revealed }: LetterView, payload: Uint8Array): readonly string[] => [
  `Dead letter ${id}`,
  row('received', clockTime(receivedAt)),
  row('account', account ?? 'could not be told'),
  row('surface', surface ?? 'could not be told'),
  row('reason', reason),
  row('read today', todayText(id, today.result)),
  ...Object.entries(headers).map(([name, value]) => row(name, value)),
  ...parameterLines(today.parameters),
  '',
  `Payload, ${bytes} bytes${revealed ? '' : '; letters and digits of values are hidden, --reveal shows them'}:`,
  ...showBytes(payload, revealed).map((line) => `  ${line}`),
]

const row = (label: string, text: string): string => `  ${safeText(label).padEnd(LABEL_COLUMNS - 1)} ${safeText(text)}`

const parameterLines = (parameters: readonly ReadParameter[]): readonly string[] =>
  parameters.length === 0
    ? []
    : [
        '',
        'Parameters, and what is read from them:',
        ...parameters.slice(0, PARAMETERS_MAX).map(({ name, readAs, needed }) => row(name, needed ?? (readAs.length === 0 ? '–' : readAs.join(', ')))),
        ...(parameters.length > PARAMETERS_MAX ? [`  and ${parameters.length - PARAMETERS_MAX} more`] : []),
      ]

const todayText = (id: string, today: ReadToday['result']): string => {
  switch (today.kind) {
    case 'facts':
      return `it tells of call ${today.callSid}; rollcall quarantine replay ${id} folds it`
    case 'no-call':
      return `it tells of no call: ${today.why}; rollcall quarantine replay ${id} lets it go`
    case 'unreadable':
      return `still not: ${today.reason}`
    default:
      return today satisfies never
  }
}
