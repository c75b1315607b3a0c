import type { ExceptionCounts, ExceptionItem, ExceptionKind } from '@rollcall/contracts/audit-api/exception'
import { useAnswer } from '../api/use-answer.ts'
import { usePages } from '../api/use-pages.ts'
import { AGE_WORDS, KIND_NAMES, KINDS, SEVERITY_TONES, stateText } from '../exceptions/words.ts'
import { countText } from '../measures/share.ts'
import { At } from '../parts/at.tsx'
import { Condition, Nothing } from '../parts/condition.tsx'
import { DataLink } from '../parts/data-link.tsx'
import { Mark } from '../parts/mark.tsx'
import { More } from '../parts/more.tsx'
import { Scroller } from '../parts/scroller.tsx'
import { useTitle } from '../parts/title.ts'
import { type ExceptionState, linkTo, type Route } from '../route/route.ts'

type ExceptionsRoute = Extract<Route, { page: 'exceptions' }>

const STATES: readonly (readonly [ExceptionState, string])[] = [
  ['not-closed', 'Not closed'],
  ['open', 'Open'],
  ['assigned', 'Assigned'],
  ['closed', 'Closed'],
]

/** What somebody has to look at, latest first. */
export const Exceptions = ({ route }: { route: ExceptionsRoute }) => {
  const { account, kind, state } = route
  useTitle(`${account}: exceptions`)
  const counts = useAnswer('exceptionCounts', { params: { account } }, { live: true })
  const question = { params: { account }, query: { kind, state } }
  const { asked, paged } = usePages('exceptions', question, { live: true })
  return (
    <>
      <div class="head">
        <div>
          <h1>Exceptions</h1>
          <p class="quiet">{kind === null ? 'What somebody has to look at. None of it can be deleted.' : (KINDS[kind]?.[1] ?? kind)}</p>
        </div>
        <div class="tools">
          <nav class="switch" aria-label="State">
            {STATES.map(([value, name]) => (
              <a key={value} href={linkTo({ ...route, state: value })} {...(value === state ? { 'aria-current': 'true' as const } : {})}>
                {name}
              </a>
            ))}
          </nav>
          <DataLink route="exceptions" question={question} name={`${account}-exceptions`} />
        </div>
      </div>
      <nav class="kinds" aria-label="Kind, with how many are not closed">
        <a href={linkTo({ ...route, kind: null })} {...(kind === null ? { 'aria-current': 'true' as const } : {})}>
          All <b>{counts.answer === undefined ? '' : openText(counts.answer, null)}</b>
        </a>
        {KIND_NAMES.map(([value, [name]]) => (
          <a key={value} href={linkTo({ ...route, kind: value })} {...(value === kind ? { 'aria-current': 'true' as const } : {})}>
            {name} <b>{counts.answer === undefined ? '' : openText(counts.answer, value)}</b>
          </a>
        ))}
      </nav>
      <Condition asked={asked} what="the exceptions">
        {() =>
          paged.items.length === 0 && paged.more === null ? (
            <Nothing>{state === 'closed' ? 'None of this kind was closed.' : 'Nothing of this kind has to be looked at.'}</Nothing>
          ) : (
            <>
              <Queue account={account} items={paged.items} />
              <More paged={paged} one="exception" />
            </>
          )
        }
      </Condition>
    </>
  )
}

/** How many are not closed, of a kind or of all; with a plus where there are more than are counted. */
const openText = ({ open, atLeast }: ExceptionCounts, kind: ExceptionKind | null): string =>
  kind === null
    ? `${countText(Object.values(open).reduce((sum, count) => sum + count, 0))}${atLeast.length > 0 ? '+' : ''}`
    : `${countText(open[kind] ?? 0)}${atLeast.includes(kind) ? '+' : ''}`

const Queue = ({ account, items }: { account: string; items: readonly ExceptionItem[] }) => (
  <Scroller label="Exceptions">
    <table>
      <thead>
        <tr>
          <th scope="col">What</th>
          <th scope="col">Of</th>
          <th scope="col">Kind</th>
          <th scope="col">Severity</th>
          <th scope="col">Detected (IST)</th>
          <th scope="col">State</th>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <tr key={item.id}>
            <th scope="row" class="said">
              <a href={linkTo({ page: 'exception', account, id: item.id })}>{item.summary}</a>
            </th>
            <td>
              <About account={account} item={item} />
            </td>
            <td>
              {KINDS[item.kind][0]}
              {item.reason !== null && <span class="quiet"> {item.reason.replaceAll(/[-_]/g, ' ').replace(':', ' on ')}</span>}
            </td>
            <td>
              <Mark tone={SEVERITY_TONES[item.severity]}>{item.severity}</Mark>
            </td>
            <td>
              <At time={item.detectedAt} bare /> <span class="quiet">{AGE_WORDS[item.age]}</span>
            </td>
            <td>{stateText(item)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </Scroller>
)

/** What it is about: many of a kind read the same, and are of different calls. */
const About = ({ account, item: { callSid, windowFrom, position } }: { account: string; item: ExceptionItem }) => {
  if (callSid !== null)
    return (
      <a class="mono sid-link" href={linkTo({ page: 'call', account, callSid, asOf: null })}>
        {callSid}
      </a>
    )
  if (windowFrom !== null)
    return (
      <a href={linkTo({ page: 'window', account, from: windowFrom })}>
        <At time={windowFrom} bare /> IST
      </a>
    )
  return position === null ? <span class="quiet">–</span> : <span class="mono">{`${position.partition}:${position.offset}`}</span>
}
