import { usePages } from '../api/use-pages.ts'
import { CallFilterForm } from '../calls/call-filter-form.tsx'
import { CallsTable } from '../calls/calls-table.tsx'
import { Downloads } from '../evidence/downloads.tsx'
import { Condition, Nothing } from '../parts/condition.tsx'
import { DataLink } from '../parts/data-link.tsx'
import { More } from '../parts/more.tsx'
import { useTitle } from '../parts/title.ts'
import type { Route } from '../route/route.ts'
import { istClock, istDate, istDay, spanOfDay } from '../time/ist.ts'

/** Calls by when Exotel created them and by what is known of them. Without a time: today's. */
export const Calls = ({ route: { account, filter } }: { route: Extract<Route, { page: 'calls' }> }) => {
  useTitle(`${account}: calls`)
  const today = spanOfDay(istDay(new Date().toISOString()))
  const from = filter.from ?? today.from
  const to = filter.to ?? today.to
  const question = { params: { account }, query: { ...filter, from, to } }
  const { asked, paged } = usePages('calls', question)
  return (
    <>
      <div class="head">
        <div>
          <h1>Calls</h1>
          <p class="quiet">
            That Exotel created from {istDate(from)}, {istClock(from)} until {istDate(to)}, {istClock(to)} IST. Numbers and names are masked.
          </p>
        </div>
        <div class="tools">
          <Downloads account={account} span={{ from, to }} besides="All calls of the time, whatever is chosen below." />
          <DataLink route="calls" question={question} name={`${account}-calls`} />
        </div>
      </div>
      <CallFilterForm account={account} filter={{ ...filter, from, to }} />
      <Condition asked={asked} what="the calls">
        {() =>
          paged.items.length === 0 ? (
            <Nothing>No call we hold was created in this time and is so.</Nothing>
          ) : (
            <>
              <CallsTable account={account} calls={paged.items} dated={Date.parse(to) - Date.parse(from) > 86_400_000} />
              <More paged={paged} one="call" />
            </>
          )
        }
      </Condition>
    </>
  )
}
