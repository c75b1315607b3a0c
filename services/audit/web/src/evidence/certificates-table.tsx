import type { CertificateItem } from '@rollcall/contracts/audit-api/evidence'
import { counted, countText } from '../measures/share.ts'
import { At } from '../parts/at.tsx'
import { Mark } from '../parts/mark.tsx'
import { Scroller } from '../parts/scroller.tsx'
import { StateBadge } from '../parts/state-badge.tsx'
import { durationText } from '../time/duration.ts'

/** Every certificate of a window, newest first. None is ever changed: a later one takes its place, and both stay. */
export const CertificatesTable = ({ certificates }: { certificates: readonly CertificateItem[] }) => (
  <Scroller label="Certificates">
    <table>
      <thead>
        <tr>
          <th scope="col">Certificate</th>
          <th scope="col">Standing</th>
          <th scope="col">Window was</th>
          <th scope="col">Written (IST)</th>
          <th scope="col" class="number" data-tip="That Exotel’s API confirms">
            Calls
          </th>
          <th scope="col" class="number">
            Their length
          </th>
          <th scope="col" class="number" data-tip="In the account’s currency, as Exotel says it">
            Their price
          </th>
          <th scope="col" class="number">
            Recordings
          </th>
          <th scope="col">Against Exotel</th>
          <th scope="col" data-tip="The fingerprint of all calls of the window: one changed letter in one of them makes it another one">
            Root
          </th>
          <th scope="col" data-tip="Its number in the log that is signed">
            Record
          </th>
        </tr>
      </thead>
      <tbody>
        {certificates.toReversed().map(({ sequence, superseded, state, leaf, sha256, certificate: { at, totals, difference, tree } }) => (
          <tr key={sequence}>
            <th scope="row" data-tip={`SHA-256 of its text: ${sha256}`}>
              No. {sequence}
            </th>
            <td>
              {superseded ? (
                <Mark tone="quiet" tip={`By certificate no. ${sequence + 1}`}>
                  superseded
                </Mark>
              ) : (
                <Mark tone="good">newest</Mark>
              )}
            </td>
            <td>
              <StateBadge state={state} />
            </td>
            <td>
              <At time={at} bare />
            </td>
            <td class="number">{countText(totals.calls)}</td>
            <td class="number" data-tip={`exactly ${totals.durationSeconds} s`}>
              {durationText(Number(totals.durationSeconds))}
            </td>
            <td class="number">
              {totals.price}
              {totals.unpriced > 0 && <span class="quiet below">{countText(totals.unpriced)} without</span>}
            </td>
            <td class="number">{countText(totals.recordings)}</td>
            <td>
              <Difference difference={difference} />
            </td>
            <td class="mono" data-tip={`${tree.root}, of ${counted(tree.leaves, 'call')}`}>
              {tree.root.slice(0, 10)}…
            </td>
            <td>{leaf === null ? <span class="quiet">not in the log yet</span> : <span class="mono">{leaf}</span>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </Scroller>
)

const Difference = ({ difference }: { difference: CertificateItem['certificate']['difference'] }) => {
  if (difference === null) return <span class="quiet">no list at hand</span>
  const parts = [
    difference.calls === 0 ? '' : `${signed(difference.calls)} calls`,
    isZero(difference.durationSeconds) ? '' : `${signed(difference.durationSeconds)} s`,
    isZero(difference.price) ? '' : `${signed(difference.price)} in price`,
    difference.recordings === 0 ? '' : `${signed(difference.recordings)} recordings`,
  ].filter((part) => part !== '')
  return parts.length === 0 ? <Mark tone="good">equal</Mark> : <Mark tone="bad">{parts.join(', ')}</Mark>
}

const isZero = (decimal: string): boolean => Number(decimal) === 0
const signed = (value: number | string): string => (String(value).startsWith('-') ? `−${String(value).slice(1)}` : `+${value}`)
