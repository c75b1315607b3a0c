import type { WindowAnswer, WindowItem } from '@rollcall/contracts/audit-api/window'
import { useAnswer } from '../api/use-answer.ts'
import { useMore } from '../api/use-pages.ts'
import { CallsTable } from '../calls/calls-table.tsx'
import { isClosed } from '../day/hours.ts'
import { Downloads } from '../evidence/downloads.tsx'
import { WindowEvidence } from '../evidence/window-evidence.tsx'
import { counted, countText } from '../measures/share.ts'
import { At } from '../parts/at.tsx'
import { Condition, Nothing } from '../parts/condition.tsx'
import { Crumbs } from '../parts/crumbs.tsx'
import { DataLink } from '../parts/data-link.tsx'
import { Figure } from '../parts/figure.tsx'
import { More } from '../parts/more.tsx'
import { STATE_MEANS, StateBadge } from '../parts/state-badge.tsx'
import { useTitle } from '../parts/title.ts'
import { linkTo, type Route } from '../route/route.ts'
import { dayText, istMinute } from '../time/ist.ts'
import { WindowHistory } from '../window/window-history.tsx'
import { WindowScans } from '../window/window-scans.tsx'
import { windowVerdict } from '../window/window-verdict.ts'

/** Five minutes: what Exotel listed of them and when, how they came to be in their state, and their calls. */
export const WindowPage = ({ route: { account, from } }: { route: Extract<Route, { page: 'window' }> }) => {
  const asked = useAnswer('window', { params: { account, from } }, { live: true })
  useTitle(`${account}, window`)
  return (
    <Condition asked={asked} what="the window">
      {(answer) => <Shown answer={answer} />}
    </Condition>
  )
}

const Shown = ({ answer }: { answer: WindowAnswer }) => {
  const { account, day, window, scans, history, neighbours } = answer
  const question = { params: { account }, query: { from: window.from, to: window.to } }
  const paged = useMore('calls', question, answer.calls)
  const name = `${istMinute(window.from)} to ${istMinute(window.to)} IST`
  return (
    <>
      <Crumbs
        links={[
          [account, linkTo({ page: 'year', account, measure: 'completeness', until: null })],
          [dayText(day), linkTo({ page: 'day', account, day, measure: 'completeness', asOf: null })],
        ]}
        here={name}
      />
      <div class="head">
        <h1>
          {name} <StateBadge state={window.state} />
        </h1>
        <div class="tools">
          <a class="button" href={linkTo({ page: 'window', account, from: neighbours.before.from })} aria-label={`Window before, ${istMinute(neighbours.before.from)}`}>
            ←
          </a>
          <a class="button" href={linkTo({ page: 'window', account, from: neighbours.after.from })} aria-label={`Window after, ${istMinute(neighbours.after.from)}`}>
            →
          </a>
          <Downloads account={account} span={{ from: window.from, to: window.to }} />
          <DataLink route="window" question={{ params: { account, from: window.from } }} name={`${account}-window-${window.from}`} />
        </div>
      </div>
      <p class={`verdict tone-${tone(window)}`}>
        <strong>{windowVerdict(window).answer}</strong>
        {windowVerdict(window).because} {window.state !== null && <span class="further">{STATE_MEANS[window.state]}</span>}
      </p>
      <dl class="card counts">
        <Figure label="listed by Exotel">{countText(window.listed)}</Figure>
        <Figure label="held exactly" tone={isClosed(window.state) && window.exact < window.listed ? 'bad' : ''}>
          {countText(window.exact)}
        </Figure>
        <Figure label="held, in no list">{countText(window.unlisted)}</Figure>
        <Figure label="only claimed" tip="Only webhooks tell of them. They count nowhere.">
          {countText(window.claims)}
        </Figure>
        <Figure label="webhooks missing" tone={window.webhooksMissing > 0 ? 'poor' : ''}>
          {countText(window.webhooksMissing)} <span class="quiet">of {countText(window.webhooksExpected)}</span>
        </Figure>
        <Figure label={`${window.state ?? 'so'} since`}>{window.since === null ? '–' : <At time={window.since} />}</Figure>
      </dl>
      <section aria-labelledby="history">
        <h2 id="history">How it came to be so</h2>
        {history.length === 0 ? <Nothing>Nothing has happened to it yet.</Nothing> : <WindowHistory history={history} />}
      </section>
      <section aria-labelledby="scans">
        <h2 id="scans">{counted(scans.length, 'scan')}</h2>
        {scans.length === 0 ? <Nothing>Exotel’s list was not read whole for it yet.</Nothing> : <WindowScans account={account} scans={scans} />}
      </section>
      <WindowEvidence account={account} window={window} />
      <section aria-labelledby="calls">
        <h2 id="calls">Calls</h2>
        {paged.items.length === 0 ? (
          <Nothing>We hold no call of these five minutes.</Nothing>
        ) : (
          <>
            <CallsTable account={account} calls={paged.items} />
            <More paged={paged} one="call" />
          </>
        )}
      </section>
    </>
  )
}

const tone = ({ state, listed, exact }: WindowItem) => (isClosed(state) ? (exact < listed ? 'bad' : 'good') : state === 'gap' ? 'gap' : 'wait')
