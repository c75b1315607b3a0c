import type { CallAnswer } from '@rollcall/contracts/audit-api/call'
import type { Source } from '@rollcall/domain/call/fact'
import { useContext, useState } from 'preact/hooks'
import { useAnswer } from '../api/use-answer.ts'
import { CallFields } from '../call/call-fields.tsx'
import { callSentence } from '../call/call-sentence.ts'
import { CallTimeline } from '../call/call-timeline.tsx'
import { Chases } from '../call/chases.tsx'
import { fieldName } from '../call/field-names.ts'
import { Judgements } from '../call/judgements.tsx'
import { Reveal } from '../call/reveal.tsx'
import { SourceMark } from '../call/source-mark.tsx'
import { ProofOfCall } from '../evidence/proof-of-call.tsx'
import { AsKnownAt } from '../parts/as-known-at.tsx'
import { At } from '../parts/at.tsx'
import { Condition } from '../parts/condition.tsx'
import { Crumbs } from '../parts/crumbs.tsx'
import { DataLink } from '../parts/data-link.tsx'
import { Mark } from '../parts/mark.tsx'
import { StateBadge } from '../parts/state-badge.tsx'
import { useTitle } from '../parts/title.ts'
import { linkTo, type Route } from '../route/route.ts'
import { goTo } from '../route/use-route.ts'
import { Session } from '../session/session.ts'

type CallRoute = Extract<Route, { page: 'call' }>

/** One call: what is known of it, who said so, what else was said, and everything that told of it. */
export const Call = ({ route }: { route: CallRoute }) => {
  const { account, callSid, asOf } = route
  useTitle(`Call ${callSid}`)
  const asked = useAnswer('call', { params: { account, callSid }, query: { asOf } }, { live: asOf === null })
  return (
    <>
      <Crumbs
        links={[
          [account, linkTo({ page: 'year', account, measure: 'completeness', until: null })],
          ['Calls', linkTo({ page: 'calls', account, filter: {} })],
        ]}
        here="Call"
      />
      <div class="head">
        <h1 class="mono sid">{callSid}</h1>
        <DataLink route="call" question={{ params: { account, callSid }, query: { asOf } }} name={`${account}-${callSid}`} />
      </div>
      <AsKnownAt asOf={asOf} choose={(chosen) => goTo({ ...route, asOf: chosen })} />
      <Condition asked={asked} what="the call">
        {(answer) => <Shown answer={answer} key={asOf} />}
      </Condition>
    </>
  )
}

const Shown = ({ answer }: { answer: CallAnswer }) => {
  const [revealed, setRevealed] = useState<CallAnswer | null>(null)
  const session = useContext(Session)
  const shown = revealed ?? answer
  const { account, callSid, window, verified, conflicts, firstSeen, stateDigest, asOf } = shown
  return (
    <>
      <p class={`verdict tone-${conflicts.length > 0 ? 'bad' : verified ? 'good' : 'poor'}`}>{callSentence(shown)}</p>
      <dl class="facts-row">
        <div>
          <dt>Window</dt>
          <dd>
            {window === null ? (
              'none: its creation is not known yet'
            ) : (
              <>
                <a href={linkTo({ page: 'window', account, from: window.from })}>
                  <At time={window.from} bare /> IST
                </a>{' '}
                <StateBadge state={window.state} />
              </>
            )}
          </dd>
        </div>
        <div>
          <dt>First seen</dt>
          <dd>
            {Object.entries(firstSeen)
              .toSorted(([, one], [, other]) => one.localeCompare(other))
              .map(([source, at]) => (
                <span key={source} class="first-seen">
                  <SourceMark source={source as Source} /> <At time={at} />
                </span>
              ))}
          </dd>
        </div>
        <div>
          <dt>State digest</dt>
          <dd class="mono" data-tip={stateDigest}>
            {stateDigest.slice(0, 16)}…
          </dd>
        </div>
      </dl>
      {conflicts.length > 0 && (
        <ul class="notice warn">
          {conflicts.map(({ kind, field, low, high }) => (
            <li key={`${kind}${field}`}>
              <Mark tone="bad">{kind.replaceAll('_', ' ')}</Mark> {fieldName(field)}: some say <b class="mono">{low}</b>, others <b class="mono">{high}</b>.
            </li>
          ))}
        </ul>
      )}
      <section aria-labelledby="fields">
        <div class="head">
          <h2 id="fields">What is known of it</h2>
          {session?.scopes.includes('pii:read') && (
            <Reveal route="revealCall" question={{ params: { account, callSid }, query: { asOf } }} revealed={revealed !== null} shown={setRevealed} />
          )}
        </div>
        <CallFields fields={shown.fields} />
      </section>
      <Judgements judgements={shown.judgements} />
      <section aria-labelledby="timeline">
        <h2 id="timeline">How we came to know it</h2>
        {shown.observationsCut && <p class="notice">There are more observations than are shown here; the SQL view audit.observations has all of them.</p>}
        <CallTimeline account={account} callSid={callSid} observations={shown.observations} />
      </section>
      <Chases chases={shown.chases} />
      {isCertified(window?.state) && <ProofOfCall account={account} callSid={callSid} />}
    </>
  )
}

/** Windows that are in one of these states have a certificate. */
const isCertified = (state: string | null | undefined): boolean => state === 'provisional' || state === 'final' || state === 'amended'
