import { RANGE_DAYS_MAX } from '@rollcall/contracts/audit-api/bounds'
import type { ExportFormat } from '@rollcall/contracts/audit-api/export'
import { useContext } from 'preact/hooks'
import { addressOf } from '../api/paths.ts'
import { Session } from '../session/session.ts'

const DAY_MS = 86_400_000

const FORMATS: readonly (readonly [ExportFormat, string, string])[] = [
  ['pack', 'Evidence pack', 'with the proofs and a verifier'],
  ['csv', 'CSV', 'safe for spreadsheets'],
  ['csv-raw', 'CSV, raw', 'every value as it is'],
  ['jsonl', 'JSON Lines', 'for programs'],
  ['parquet', 'Parquet', 'for data tools'],
]

/**
 * The certified calls of a time, to take away. Each is a link that the browser downloads as it is made: this page never holds it. Offered to whoever has the scope
 * for it.
 * @param besides what else has to be said of what is in it
 */
export const Downloads = ({ account, span: { from, to }, besides = '' }: { account: string; span: { from: string; to: string }; besides?: string }) => {
  const session = useContext(Session)
  if (!session?.scopes.includes('export')) return null
  const isTooLong = Date.parse(to) - Date.parse(from) > RANGE_DAYS_MAX.export * DAY_MS
  return (
    <details class="menu">
      <summary class="button">
        <span aria-hidden="true">↓</span> Download
      </summary>
      <div class="menu-body">
        {isTooLong ? (
          <p class="quiet">A download is of at most {RANGE_DAYS_MAX.export} days. Choose a shorter time.</p>
        ) : (
          <>
            <ul>
              {FORMATS.map(([format, name, means]) => (
                <li key={format}>
                  <a href={addressOf('exportCalls', { params: { account }, query: { format, from, to } })} download="">
                    {name}
                  </a>{' '}
                  <span class="quiet">{means}</span>
                </li>
              ))}
            </ul>
            <p class="quiet">
              Calls as they were certified, with nothing personal, in a zip; that you took it is recorded. {besides} If your browser says that it failed, nothing of this time is
              certified and signed yet: try again in two minutes.
            </p>
          </>
        )}
      </div>
    </details>
  )
}
