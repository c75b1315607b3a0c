import type { ScanItem } from '@rollcall/contracts/audit-api/run'
import { useAnswer } from '../api/use-answer.ts'
import { counted, countText } from '../measures/share.ts'
import { At } from '../parts/at.tsx'
import { Condition, Nothing } from '../parts/condition.tsx'
import { Crumbs } from '../parts/crumbs.tsx'
import { DataLink } from '../parts/data-link.tsx'
import { Figure } from '../parts/figure.tsx'
import { Mark } from '../parts/mark.tsx'
import { Scroller } from '../parts/scroller.tsx'
import { useTitle } from '../parts/title.ts'
import { linkTo, type Route } from '../route/route.ts'
import { OutcomeMark } from '../runs/outcome-mark.tsx'

/** One pass of the reconciler with the scans it made. */
export const Run = ({ route: { account, run } }: { route: Extract<Route, { page: 'run' }> }) => {
  useTitle(`${account}: run`)
  const question = { params: { account, run } }
  const asked = useAnswer('run', question, { live: true })
  return (
    <>
      <Crumbs
        links={[
          [account, linkTo({ page: 'year', account, measure: 'completeness', until: null })],
          ['Runs', linkTo({ page: 'runs', account })],
        ]}
        here={<span class="mono">{run.slice(0, 8)}</span>}
      />
      <Condition asked={asked} what="the run">
        {({ run: item, scans }) => (
          <>
            <div class="head">
              <h1>
                Run of <At time={item.startedAt} /> <OutcomeMark outcome={item.outcome} />
              </h1>
              <DataLink route="run" question={question} name={`${account}-run-${run}`} />
            </div>
            {item.stopReason !== null && <p class="notice warn">{item.stopReason}</p>}
            <dl class="card counts">
              <Figure label="kind">{item.kind}</Figure>
              <Figure label="planned">
                <At time={item.plannedAt} show="clock" />
              </Figure>
              <Figure label="ended">{item.endedAt === null ? '–' : <At time={item.endedAt} show="clock" />}</Figure>
              <Figure label="requests">{countText(item.requests)}</Figure>
              <Figure label="windows closed">{countText(item.windowsClosed)}</Figure>
              <Figure label="calls found">{countText(item.callsFound)}</Figure>
              <Figure label="webhooks found missing">{countText(item.webhooksMissing)}</Figure>
            </dl>
            <p class="quiet">Lanes: {item.lanes.join(', ')}.</p>
            <section aria-labelledby="scans">
              <h2 id="scans">
                {counted(item.scans, 'scan')}
                {scans.length < item.scans && <span class="quiet"> the first {countText(scans.length)} are shown</span>}
              </h2>
              {scans.length === 0 ? <Nothing>It read no list.</Nothing> : <Scans account={account} scans={scans} />}
            </section>
          </>
        )}
      </Condition>
    </>
  )
}

const Scans = ({ account, scans }: { account: string; scans: readonly ScanItem[] }) => (
  <Scroller label="Scans">
    <table>
      <thead>
        <tr>
          <th scope="col">Began (IST)</th>
          <th scope="col">Lane</th>
          <th scope="col">Read calls created (IST)</th>
          <th scope="col">Outcome</th>
          <th scope="col" class="number">
            Pages
          </th>
          <th scope="col" class="number">
            Requests
          </th>
          <th scope="col" class="number">
            Calls listed
          </th>
          <th scope="col" class="number">
            Clock skew
          </th>
        </tr>
      </thead>
      <tbody>
        {scans.map((scan) => (
          <tr key={scan.scan}>
            <th scope="row">
              <At time={scan.startedAt} show="clock" bare />
            </th>
            <td>{scan.lane}</td>
            <td>
              <a href={linkTo({ page: 'window', account, from: scan.range.from })}>
                <At time={scan.range.from} bare />
              </a>{' '}
              to <At time={scan.range.to} show="minute" bare />
            </td>
            <td>
              <Mark tone={scan.outcome === 'complete' ? 'good' : 'poor'}>{scan.outcome}</Mark>
              {scan.reason !== null && <span class="quiet"> {scan.reason}</span>}
            </td>
            <td class="number">{countText(scan.pages)}</td>
            <td class="number">{countText(scan.requests)}</td>
            <td class="number">{countText(scan.callsListed)}</td>
            <td class="number">{scan.clockSkewMs === null ? '–' : `${scan.clockSkewMs} ms`}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </Scroller>
)
