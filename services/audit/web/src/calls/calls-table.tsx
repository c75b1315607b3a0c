import type { CallItem } from '@rollcall/contracts/audit-api/call'
import { counted } from '../measures/share.ts'
import { At } from '../parts/at.tsx'
import { Mark } from '../parts/mark.tsx'
import { Scroller } from '../parts/scroller.tsx'
import { linkTo } from '../route/route.ts'
import { durationText } from '../time/duration.ts'

/** Calls in order of creation, each with how sure it is and what is the matter with it. `dated`: more than one day. */
export const CallsTable = ({ account, calls, dated = false }: { account: string; calls: readonly CallItem[]; dated?: boolean }) => (
  <Scroller label="Calls">
    <table>
      <thead>
        <tr>
          <th scope="col">Created (IST)</th>
          <th scope="col">Call</th>
          <th scope="col">Status</th>
          <th scope="col">From</th>
          <th scope="col">To</th>
          <th scope="col" class="number">
            Length
          </th>
          <th scope="col" class="number" data-tip="In the account’s currency, as Exotel says it">
            Price
          </th>
          <th scope="col">Known by</th>
          <th scope="col">To look at</th>
        </tr>
      </thead>
      <tbody>
        {calls.map((call) => (
          <tr key={call.callSid}>
            <td>{call.createdAt === null ? <span class="quiet">unknown</span> : <At time={call.createdAt} show={dated ? 'both' : 'clock'} bare />}</td>
            <th scope="row">
              <a class="mono sid-link" href={linkTo({ page: 'call', account, callSid: call.callSid, asOf: null })}>
                {call.callSid}
              </a>
            </th>
            <td>
              {call.status ?? '–'}
              {call.direction !== null && <span class="quiet"> {call.direction}</span>}
            </td>
            <td class="mono">{call.from ?? '–'}</td>
            <td class="mono">{call.to ?? '–'}</td>
            <td class="number">{call.durationSeconds === null ? '–' : durationText(Number(call.durationSeconds))}</td>
            <td class="number">{call.price ?? '–'}</td>
            <td class="wraps">
              {call.firstBy === 'webhook' ? 'its webhook' : 'the API'} first
              {!call.verified && (
                <>
                  {' '}
                  <Mark tone="poor" tip="No authenticated reading of the API contained it yet: it is a claim.">
                    not verified
                  </Mark>
                </>
              )}
            </td>
            <td class="wraps">
              <Matters call={call} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </Scroller>
)

const Matters = ({ call: { webhooksMissing, conflicts } }: { call: CallItem }) => {
  if (!webhooksMissing && conflicts.length === 0) return <span class="quiet">–</span>
  return (
    <>
      {webhooksMissing !== null && webhooksMissing > 0 && <Mark tone="poor">{counted(webhooksMissing, 'webhook')} missing</Mark>}{' '}
      {conflicts.length > 0 && (
        <Mark tone="bad" tip={`Sources contradict each other: ${conflicts.join(', ')}`}>
          {counted(conflicts.length, 'conflict')}
        </Mark>
      )}
    </>
  )
}
