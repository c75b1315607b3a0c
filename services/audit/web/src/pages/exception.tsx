import type { ExceptionActionItem, ExceptionAnswer } from '@rollcall/contracts/audit-api/exception'
import { useContext, useState } from 'preact/hooks'
import { useAnswer } from '../api/use-answer.ts'
import { ActionForm } from '../exceptions/action-form.tsx'
import { AGE_WORDS, KINDS, RESOLUTION_WORDS, SEVERITY_TONES, stateText } from '../exceptions/words.ts'
import { At } from '../parts/at.tsx'
import { Condition, Nothing } from '../parts/condition.tsx'
import { Crumbs } from '../parts/crumbs.tsx'
import { Mark } from '../parts/mark.tsx'
import { useTitle } from '../parts/title.ts'
import { linkTo, type Route } from '../route/route.ts'
import { Session } from '../session/session.ts'

/** One exception: what it is about, what people did about it, and what can be done. */
export const ExceptionPage = ({ route: { account, id } }: { route: Extract<Route, { page: 'exception' }> }) => {
  useTitle(`${account}: exception`)
  const asked = useAnswer('exception', { params: { account, id } }, { live: true })
  return (
    <Condition asked={asked} what="the exception">
      {(answer) => <Shown answer={answer} again={asked.again} />}
    </Condition>
  )
}

const Shown = ({ answer, again }: { answer: ExceptionAnswer; again: () => void }) => {
  const session = useContext(Session)
  const [said, setSaid] = useState('')
  const { account, exception, history } = answer
  const { kind, severity, summary, reason, detectedAt, age, callSid, windowFrom, position } = exception
  return (
    <>
      <Crumbs
        links={[
          [account, linkTo({ page: 'year', account, measure: 'completeness', until: null })],
          ['Exceptions', linkTo({ page: 'exceptions', account, kind: null, state: 'not-closed' })],
        ]}
        here={KINDS[kind][0]}
      />
      <div class="head">
        <h1>{summary}</h1>
      </div>
      <p>
        <Mark tone={SEVERITY_TONES[severity]}>{severity}</Mark> {KINDS[kind][1]} {reason !== null && <span class="quiet">Reason: {reason.replaceAll(/[-_]/g, ' ')}.</span>}
      </p>
      <dl class="facts-row">
        <div>
          <dt>State</dt>
          <dd>{stateText(exception)}</dd>
        </div>
        <div>
          <dt>Detected</dt>
          <dd>
            <At time={detectedAt} /> <span class="quiet">known {AGE_WORDS[age]}</span>
          </dd>
        </div>
        {callSid !== null && (
          <div>
            <dt>Call</dt>
            <dd>
              <a class="mono" href={linkTo({ page: 'call', account, callSid, asOf: null })}>
                {callSid}
              </a>
            </dd>
          </div>
        )}
        {windowFrom !== null && (
          <div>
            <dt>Window</dt>
            <dd>
              <a href={linkTo({ page: 'window', account, from: windowFrom })}>
                <At time={windowFrom} bare /> IST
              </a>
            </dd>
          </div>
        )}
        {position !== null && (
          <div>
            <dt>Observation</dt>
            <dd class="mono">
              {position.partition}:{position.offset}
            </dd>
          </div>
        )}
      </dl>
      <section aria-labelledby="history">
        <h2 id="history">What was done about it</h2>
        {history.length === 0 ? (
          <Nothing>Nothing yet.</Nothing>
        ) : (
          <ol class="steps card">
            {history.map((item) => (
              <li key={`${item.position.partition}:${item.position.offset}`}>
                <div class="step-when">
                  <At time={item.at} />
                </div>
                <div>
                  <b>{item.by}</b> {didText(item)} <span class="quiet">leaf {item.position.offset} of the audit topic</span>
                  {item.did.note !== undefined && <blockquote>{item.did.note}</blockquote>}
                </div>
              </li>
            ))}
          </ol>
        )}
      </section>
      <p class="unseen" role="status">
        {said}
      </p>
      {session?.scopes.includes('exceptions:write') ? (
        <ActionForm
          account={account}
          exception={exception}
          done={(words) => {
            setSaid(words)
            again()
          }}
        />
      ) : (
        <p class="quiet">Your token may read exceptions, and not act on them: that needs the scope exceptions:write.</p>
      )}
    </>
  )
}

const didText = ({ did }: ExceptionActionItem): string => {
  switch (did.action) {
    case 'assign':
      return `gave it to ${did.assignee}.`
    case 'annotate':
      return 'noted:'
    case 'close':
      return `closed it: ${RESOLUTION_WORDS[did.resolution]}.`
    default:
      return did satisfies never
  }
}
