import type { WindowChangeItem } from '@rollcall/contracts/audit-api/window'
import { counted } from '../measures/share.ts'
import { At } from '../parts/at.tsx'
import { StateBadge } from '../parts/state-badge.tsx'

const REASONS: Readonly<Record<WindowChangeItem['reason'], string>> = {
  made: 'It was taken on',
  ended: 'Its five minutes ended',
  'sound-scan': 'A whole reading of Exotel’s list was held exactly',
  'listing-differs': 'A later reading of Exotel’s list differed',
  'equal-scans': 'Two whole readings, after the longest possible call, were equal',
  'beyond-history': 'Exotel ceased to answer for its time',
}

/** Every move of a window, oldest first, each with its leaf in the log: what is in there is never changed. */
export const WindowHistory = ({ history }: { history: readonly WindowChangeItem[] }) => (
  <ol class="steps card">
    {history.map(({ position, to, reason, at, scans, difference }) => (
      <li key={`${at}${to}`}>
        <div class="step-when">
          <At time={at} />
        </div>
        <div>
          <StateBadge state={to} /> {REASONS[reason]}
          {difference !== null && <span> ({differenceText(difference)})</span>}.{' '}
          <span class="quiet">
            {scans.length > 0 && `${counted(scans.length, 'scan')}: ${scans.map((scan) => scan.slice(0, 8)).join(', ')} · `}
            {position === null ? 'not in the audit topic yet' : `leaf ${position.offset} of the audit topic`}
          </span>
        </div>
      </li>
    ))}
  </ol>
)

const differenceText = ({ appeared, disappeared, changed }: NonNullable<WindowChangeItem['difference']>) =>
  [appeared > 0 ? `${counted(appeared, 'call')} appeared` : '', disappeared > 0 ? `${disappeared} disappeared` : '', changed > 0 ? `${changed} changed` : '']
    .filter((part) => part !== '')
    .join(', ') || 'in nothing'
