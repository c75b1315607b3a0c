import type { ListedLetter, ListedLetters } from '@rollcall/store/quarantine/list-dead-letters'
import { clockTime } from '../terminal/clock-time.ts'
import { safeText } from '../terminal/safe-text.ts'
import { letterId } from './letter-id.ts'

const HEAD = ['ID', 'RECEIVED', 'ACCOUNT', 'SURFACE', 'BYTES', 'REASON'] as const
const GAP = '  '

/** Dead letters as a table, newest first. Pure. */
export const renderLetters = ({ letters, count }: ListedLetters): readonly string[] => {
  if (letters.length === 0) return ['No dead letters.']
  const rows = [HEAD, ...letters.map(cells)]
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return [
    ...rows.map((row) => row.map((cell, column) => (column === HEAD.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join(GAP)),
    ...(count > letters.length ? [`${letters.length} of ${count} shown; --limit shows more`] : []),
  ]
}

const cells = (letter: ListedLetter): readonly string[] => [
  letterId(letter),
  clockTime(letter.receivedAt),
  safeText(letter.account ?? '–'),
  safeText(letter.surface ?? '–'),
  String(letter.bytes),
  safeText(letter.reason),
]
