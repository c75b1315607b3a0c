import type { Completeness, Delays, MeasuresAnswer } from '@rollcall/contracts/audit-api/measures'
import { useAnswer } from '../api/use-answer.ts'
import { notBegunAt, type WindowCell } from '../day/hours.ts'
import { windowsKnownThen } from '../day/known-then.ts'
import { SignOffs } from '../day/sign-offs.tsx'
import { WindowGrid } from '../day/window-grid.tsx'
import { CheckYourself } from '../evidence/check-yourself.tsx'
import { Downloads } from '../evidence/downloads.tsx'
import { completenessLevel, delaysLevel, yieldLevel } from '../measures/level.ts'
import { MISS_WORDS } from '../measures/miss-words.ts'
import { completenessVerdict, delaysSentence, yieldSentence } from '../measures/sentence.ts'
import { countText, shareText } from '../measures/share.ts'
import { AsKnownAt } from '../parts/as-known-at.tsx'
import { Chart } from '../parts/chart.tsx'
import { Condition } from '../parts/condition.tsx'
import { Crumbs } from '../parts/crumbs.tsx'
import { DataLink } from '../parts/data-link.tsx'
import { Figure } from '../parts/figure.tsx'
import { useTitle } from '../parts/title.ts'
import { VerdictLine } from '../parts/verdict-line.tsx'
import { linkTo, type Route } from '../route/route.ts'
import { goTo } from '../route/use-route.ts'
import { durationText } from '../time/duration.ts'
import { addDays, dayText, dayTextLong, istDay, istMinute, spanOfDay } from '../time/ist.ts'

type DayRoute = Extract<Route, { page: 'day' }>

/** One IST day: whether it is complete and because of what, its three measures apart, and its 288 windows. */
export const Day = ({ route }: { route: DayRoute }) => {
  const { account, day, asOf } = route
  useTitle(`${account}, ${dayText(day)}`)
  const today = istDay(new Date().toISOString())
  return (
    <>
      <Crumbs links={[[account, linkTo({ page: 'year', account, measure: route.measure, until: null })]]} here={dayText(day)} />
      <div class="head">
        <h1>{dayTextLong(day)}</h1>
        <div class="tools">
          <a class="button" href={linkTo({ ...route, day: addDays(day, -1) })} aria-label={`Day before, ${dayText(addDays(day, -1))}`}>
            ←
          </a>
          {day < today && (
            <a class="button" href={linkTo({ ...route, day: addDays(day, 1) })} aria-label={`Day after, ${dayText(addDays(day, 1))}`}>
              →
            </a>
          )}
          <a class="button" href={linkTo({ page: 'calls', account, filter: spanOfDay(day) })}>
            Its calls
          </a>
          <Downloads account={account} span={spanOfDay(day)} />
          <DataLink route="day" question={{ params: { account, day } }} name={`${account}-${day}`} />
        </div>
      </div>
      <div class="beside">
        <AsKnownAt asOf={asOf} choose={(chosen) => goTo({ ...route, asOf: chosen })} />
        <CheckYourself account={account} span={spanOfDay(day)} />
      </div>
      {asOf === null ? <DayNow route={route} today={today} /> : <DayThen account={account} day={day} asOf={asOf} />}
    </>
  )
}

const DayNow = ({ route, today }: { route: DayRoute; today: string }) => {
  const { account, day } = route
  const live = day >= addDays(today, -1)
  const asked = useAnswer('day', { params: { account, day } }, { live })
  return (
    <Condition asked={asked} what="the day">
      {(answer) => (
        <>
          <VerdictLine verdict={completenessVerdict(answer.completeness, 'this day', notBegunAt(answer.windows, Date.now()))} level={completenessLevel(answer.completeness)} />
          <ThreeMeasures answer={answer} />
          <section aria-labelledby="windows">
            <h2 id="windows">Windows</h2>
            <WindowGrid account={account} windows={answer.windows} webhooks />
            <CallsChart account={account} windows={answer.windows} />
          </section>
          {day < today && <SignOffs account={account} day={day} live={live} lookAgain={asked.again} />}
        </>
      )}
    </Condition>
  )
}

const DayThen = ({ account, day, asOf }: { account: string; day: string; asOf: string }) => {
  const asked = useAnswer('completeness', { params: { account }, query: { ...spanOfDay(day), by: 'window', asOf } })
  return (
    <Condition asked={asked} what="the day as it was known">
      {(answer) => {
        const windows = windowsKnownThen(answer)
        return (
          <>
            <VerdictLine verdict={completenessVerdict(answer.whole, 'this day')} level={completenessLevel(answer.whole)} />
            <dl class="figures">
              <CompletenessFigures completeness={answer.whole} />
            </dl>
            <section aria-labelledby="windows">
              <h2 id="windows">Windows</h2>
              <WindowGrid account={account} windows={windows} webhooks={false} />
              <CallsChart account={account} windows={windows} />
            </section>
          </>
        )
      }}
    </Condition>
  )
}

const ThreeMeasures = ({ answer }: { answer: MeasuresAnswer }) => {
  const { completeness, timeliness, webhooks } = answer
  const missing = Object.entries(webhooks.missingBy).filter(([, count]) => count > 0)
  return (
    <div class="measures">
      <section class={`card measure tone-${completenessLevel(completeness)}`} aria-labelledby="completeness">
        <h2 id="completeness">Completeness</h2>
        <p class="measure-figure">
          {shareText(completeness.closed.exact, completeness.closed.listed) ?? '–'} <span>of calls in closed windows</span>
        </p>
        <dl class="figures">
          <CompletenessFigures completeness={completeness} />
        </dl>
      </section>
      <section class={`card measure tone-${delaysLevel(timeliness.ended)}`} aria-labelledby="timeliness">
        <h2 id="timeliness">Timeliness</h2>
        <p class="measure-figure">
          {shareText(timeliness.ended.withinObjective, timeliness.ended.facts) ?? '–'} <span>of ends in time</span>
        </p>
        <p>{delaysSentence(timeliness.ended, 'ends of calls', timeliness.objectives.ended)}</p>
        <p>{delaysSentence(timeliness.recorded, 'recordings', timeliness.objectives.recorded)}</p>
        <table class="small">
          <thead>
            <tr>
              <th scope="col">Held after</th>
              <th scope="col">Half within</th>
              <th scope="col">99 of 100</th>
              <th scope="col">All</th>
            </tr>
          </thead>
          <tbody>
            <DelayRow name="a call’s end" delays={timeliness.ended} />
            <DelayRow name="its recording" delays={timeliness.recorded} />
          </tbody>
        </table>
      </section>
      <section class={`card measure tone-${yieldLevel(webhooks)}`} aria-labelledby="webhooks">
        <h2 id="webhooks">Webhook yield</h2>
        <p class="measure-figure">
          {shareText(webhooks.arrived, webhooks.expected) ?? '–'} <span>arrived</span>
        </p>
        <p>{yieldSentence(webhooks)}</p>
        <dl class="figures">
          {missing.map(([reason, count]) => (
            <Figure key={reason} label={`missing: ${MISS_WORDS[reason] ?? reason}`} tone="poor">
              {countText(count)}
            </Figure>
          ))}
          <Figure label="calls of which none was expected">{countText(webhooks.callsNotExpected)}</Figure>
        </dl>
      </section>
    </div>
  )
}

const CompletenessFigures = ({ completeness: { closed, windowsExpected } }: { completeness: Completeness }) => (
  <>
    <Figure label="windows closed">
      {countText(closed.windows)} <span class="quiet">of {countText(windowsExpected)}</span>
    </Figure>
    <Figure label="listed by Exotel, held exactly" tone={closed.exact < closed.listed ? 'bad' : ''}>
      {countText(closed.exact)} <span class="quiet">of {countText(closed.listed)}</span>
    </Figure>
    {closed.unlisted > 0 && (
      <Figure label="held, but no list shows them" tip="Verified by asking for the call itself. They are beside the listed ones.">
        {countText(closed.unlisted)}
      </Figure>
    )}
    {closed.claims > 0 && (
      <Figure label="only claimed by webhooks" tip="Exotel’s API does not confirm them. They count nowhere.">
        {countText(closed.claims)}
      </Figure>
    )}
  </>
)

const DelayRow = ({ name, delays }: { name: string; delays: Delays }) => (
  <tr>
    <th scope="row">{name}</th>
    {[delays.p50Seconds, delays.p99Seconds, delays.maxSeconds].map((seconds, index) => (
      // Three columns that never move.
      <td key={index}>{seconds === null ? '–' : durationText(seconds)}</td>
    ))}
  </tr>
)

const IST_SECONDS = 330 * 60

const CallsChart = ({ account, windows }: { account: string; windows: readonly WindowCell[] }) => (
  <Chart
    title="Calls that Exotel listed, by window"
    at={windows.map(({ from }) => Date.parse(from) / 1_000 + IST_SECONDS)}
    axisText={(at) => at.toISOString().slice(11, 16)}
    whenText={(index) => `${istMinute(windows[index]?.from ?? '')} IST`}
    series={[{ label: 'listed calls', values: windows.map(({ state, listed }) => (state === null || state === 'open' ? null : listed)), text: countText }]}
    open={(index) => {
      const window = windows[index]
      if (window !== undefined) goTo({ page: 'window', account, from: window.from })
    }}
  />
)
