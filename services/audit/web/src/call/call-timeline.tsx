import type { ObservationItem } from '@rollcall/contracts/audit-api/call'
import { At } from '../parts/at.tsx'
import { Mark } from '../parts/mark.tsx'
import { durationText } from '../time/duration.ts'
import { fieldName } from './field-names.ts'
import { FieldText } from './field-value.tsx'
import { placeId, placeText } from './place-link.ts'
import { Raw } from './raw.tsx'
import { SourceMark } from './source-mark.tsx'

/** Every observation of the call, oldest first: what came, how, how late, what it changed, and which fields it holds to this day. */
export const CallTimeline = ({ account, callSid, observations }: { account: string; callSid: string; observations: readonly ObservationItem[] }) => (
  <ol class="timeline">
    {observations.map((observation) => (
      <li key={observation.id} id={placeId(observation.position)} tabIndex={-1} class={`from-${observation.source}`}>
        <Observation account={account} callSid={callSid} observation={observation} />
      </li>
    ))}
  </ol>
)

const Observation = ({ account, callSid, observation }: { account: string; callSid: string; observation: ObservationItem }) => {
  const { position, surface, event, source, how, receivedAt, receivedBy, delaySeconds, outcome, values, changed, won, exceptions, scan } = observation
  const rest = Object.entries(values)
  return (
    <>
      <header>
        <At time={receivedAt} />
        <SourceMark source={source} />
        <b>{event ?? surface}</b>
        {how !== 'webhook' && <span class="quiet">by {how}</span>}
        {delaySeconds !== null && <span class="quiet">{delaySeconds <= 0 ? 'at once' : `${durationText(delaySeconds)} after it was so`}</span>}
        {outcome === 'dead-letter' && <Mark tone="bad">not understood</Mark>}
        {won.length === 0 && outcome === 'facts' && <span class="quiet">later ones have replaced all of it</span>}
      </header>
      {rest.length > 0 && (
        <dl class="values">
          {rest.map(([field, value]) => (
            <div key={field} class={won.includes(field as (typeof won)[number]) ? 'has-won' : ''}>
              <dt>
                {fieldName(field)}
                {changed.includes(field as (typeof changed)[number]) && <span class="changed"> changed</span>}
                {won.includes(field as (typeof won)[number]) && <span class="won"> won</span>}
              </dt>
              <dd>
                <FieldText field={field} value={value} />
              </dd>
            </div>
          ))}
        </dl>
      )}
      {exceptions.map(({ field, kind, value }) => (
        <p key={field} class="quiet">
          <Mark tone="poor">{kind}</Mark> {field}: <span class="mono">{value}</span>
        </p>
      ))}
      <Raw account={account} callSid={callSid} position={position} place={`${placeText(position)} · ${receivedBy}${scan === null ? '' : ` · scan ${scan.slice(0, 8)}`}`} />
    </>
  )
}
