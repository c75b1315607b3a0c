import type { WindowScanItem } from '@rollcall/contracts/audit-api/window'
import { countText } from '../measures/share.ts'
import { At } from '../parts/at.tsx'
import { Mark } from '../parts/mark.tsx'
import { Scroller } from '../parts/scroller.tsx'
import { linkTo } from '../route/route.ts'

/** What each complete reading of Exotel's list said of a window: the evidence. */
export const WindowScans = ({ account, scans }: { account: string; scans: readonly WindowScanItem[] }) => (
  <Scroller label="Scans">
    <table>
      <thead>
        <tr>
          <th scope="col">Scan</th>
          <th scope="col">Began (IST)</th>
          <th scope="col">Lane</th>
          <th scope="col" class="number">
            Listed
          </th>
          <th scope="col" class="number">
            Held
          </th>
          <th scope="col" class="number">
            Found
          </th>
          <th scope="col" class="number">
            Unexplained
          </th>
          <th scope="col">Counts</th>
          <th scope="col">Listing</th>
        </tr>
      </thead>
      <tbody>
        {scans.map((scan) => (
          <tr key={scan.scan}>
            <th scope="row" class="mono">
              {scan.run === null ? (
                scan.scan.slice(0, 8)
              ) : (
                <a href={linkTo({ page: 'run', account, run: scan.run })} data-tip={`Scan ${scan.scan}, of run ${scan.run}`}>
                  {scan.scan.slice(0, 8)}
                </a>
              )}
            </th>
            <td>
              <At time={scan.startedAt} bare />
            </td>
            <td>{scan.lane ?? '–'}</td>
            <td class="number">{countText(scan.listed)}</td>
            <td class="number">{countText(scan.held)}</td>
            <td class="number">{scan.found === 0 ? '–' : countText(scan.found)}</td>
            <td class="number">{scan.unresolved === 0 ? '–' : countText(scan.unresolved)}</td>
            <td>
              {scan.sound ? (
                <Mark tone="good" tip="Everything that it listed was read back from what we hold.">
                  sound
                </Mark>
              ) : (
                <Mark tone="quiet" tip="Not everything that it listed was held when it was compared.">
                  not yet
                </Mark>
              )}
            </td>
            <td class="mono" data-tip={scan.digest}>
              {scan.digest.slice(0, 10)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </Scroller>
)
