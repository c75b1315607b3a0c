import type { AccessItem } from '@rollcall/contracts/audit-api/access-log'
import { AccessFilterForm } from '../access/access-filter-form.tsx'
import { DeedOf } from '../access/deed-of.tsx'
import { deedText, reasonOf } from '../access/words.ts'
import { usePages } from '../api/use-pages.ts'
import { At } from '../parts/at.tsx'
import { Condition, Nothing } from '../parts/condition.tsx'
import { DataLink } from '../parts/data-link.tsx'
import { More } from '../parts/more.tsx'
import { Scroller } from '../parts/scroller.tsx'
import { useTitle } from '../parts/title.ts'
import type { Route } from '../route/route.ts'

/** What people did, latest first. */
export const AccessLog = ({ route: { account, filter } }: { route: Extract<Route, { page: 'access-log' }> }) => {
  useTitle(`${account}: access log`)
  const question = { params: { account }, query: filter }
  const { asked, paged } = usePages('accessLog', question, { live: true })
  return (
    <>
      <div class="head">
        <div>
          <h1>Access log</h1>
          <p class="quiet">Who saw, took away, erased or changed something, and who may. Each deed stands in the audit log; reading with personal data masked is none.</p>
        </div>
        <DataLink route="accessLog" question={question} name={`${account}-access-log`} />
      </div>
      <AccessFilterForm account={account} filter={filter} />
      <Condition asked={asked} what="the access log">
        {() =>
          paged.items.length === 0 ? (
            <Nothing>Nobody did anything of this kind then.</Nothing>
          ) : (
            <>
              <Deeds account={account} items={paged.items} />
              <More paged={paged} one="deed" />
            </>
          )
        }
      </Condition>
    </>
  )
}

const Deeds = ({ account, items }: { account: string; items: readonly AccessItem[] }) => (
  <Scroller label="Access log">
    <table>
      <thead>
        <tr>
          <th scope="col">When (IST)</th>
          <th scope="col">Who</th>
          <th scope="col">Did what</th>
          <th scope="col">Of</th>
          <th scope="col">Why, in their words</th>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <tr key={item.position.offset}>
            <th scope="row">
              <At time={item.at} bare />
            </th>
            <td class="said">
              {item.by}
              {item.asTold && <span class="quiet"> as told on the command line</span>}
            </td>
            <td class="said">{deedText(item)}</td>
            <td class="said">
              <DeedOf account={account} item={item} />
            </td>
            <td class="said">{reasonOf(item) ?? <span class="quiet">–</span>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </Scroller>
)
