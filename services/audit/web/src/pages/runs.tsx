import type { RunItem } from '@rollcall/contracts/audit-api/run'
import { usePages } from '../api/use-pages.ts'
import { countText } from '../measures/share.ts'
import { At } from '../parts/at.tsx'
import { Condition, Nothing } from '../parts/condition.tsx'
import { DataLink } from '../parts/data-link.tsx'
import { More } from '../parts/more.tsx'
import { Scroller } from '../parts/scroller.tsx'
import { useTitle } from '../parts/title.ts'
import { linkTo, type Route } from '../route/route.ts'
import { OutcomeMark } from '../runs/outcome-mark.tsx'
import { durationText } from '../time/duration.ts'

/** Passes of the reconciler, latest first. */
export const Runs = ({ route: { account } }: { route: Extract<Route, { page: 'runs' }> }) => {
  useTitle(`${account}: runs`)
  const question = { params: { account } }
  const { asked, paged } = usePages('runs', question, { live: true })
  return (
    <>
      <div class="head">
        <div>
          <h1>Runs</h1>
          <p class="quiet">Each asked Exotel which calls there were, and appended those that nothing had told of.</p>
        </div>
        <DataLink route="runs" question={question} name={`${account}-runs`} />
      </div>
      <Condition asked={asked} what="the runs">
        {() =>
          paged.items.length === 0 ? (
            <Nothing>The reconciler has not run for this account yet.</Nothing>
          ) : (
            <>
              <RunsTable account={account} runs={paged.items} />
              <More paged={paged} one="run" />
            </>
          )
        }
      </Condition>
    </>
  )
}

const RunsTable = ({ account, runs }: { account: string; runs: readonly RunItem[] }) => (
  <Scroller label="Runs">
    <table>
      <thead>
        <tr>
          <th scope="col">Began (IST)</th>
          <th scope="col">Outcome</th>
          <th scope="col">Lanes</th>
          <th scope="col" class="number">
            Took
          </th>
          <th scope="col" class="number">
            Scans
          </th>
          <th scope="col" class="number">
            Requests
          </th>
          <th scope="col" class="number">
            Windows closed
          </th>
          <th scope="col" class="number">
            Calls found
          </th>
          <th scope="col" class="number">
            Webhooks missing
          </th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <tr key={run.run}>
            <th scope="row">
              <a href={linkTo({ page: 'run', account, run: run.run })}>
                <At time={run.startedAt} bare />
              </a>
            </th>
            <td class="wraps">
              <OutcomeMark outcome={run.outcome} />
              {run.stopReason !== null && <span class="quiet"> {run.stopReason}</span>}
            </td>
            <td class="wraps">{run.lanes.join(', ')}</td>
            <td class="number">{run.endedAt === null ? '–' : durationText((Date.parse(run.endedAt) - Date.parse(run.startedAt)) / 1_000)}</td>
            <td class="number">{countText(run.scans)}</td>
            <td class="number">{countText(run.requests)}</td>
            <td class="number">{countText(run.windowsClosed)}</td>
            <td class="number">{run.callsFound === 0 ? <span class="quiet">0</span> : <b>{countText(run.callsFound)}</b>}</td>
            <td class="number">{run.webhooksMissing === 0 ? <span class="quiet">0</span> : <b>{countText(run.webhooksMissing)}</b>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </Scroller>
)
