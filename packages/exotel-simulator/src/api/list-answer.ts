import type { Instant } from '../clock/simulator-clock.ts'
import { distortPage, type ListPage } from './api-faults.ts'
import type { ApiRequest, ApiState } from './api-state.ts'
import { callRow } from './call-row.ts'
import { cursorText } from './cursor.ts'
import { listCalls } from './list-calls.ts'
import { type ListQuery, readListQuery } from './list-query.ts'
import { Refusal } from './refusal.ts'

const TOTAL_STEP = 100

/** One page of the list, as JSON has it. */
export const listAnswer = (state: ApiState, path: string, parameters: URLSearchParams, { now, receivedAt, fault }: Pick<ApiRequest, 'now' | 'receivedAt' | 'fault'>): ListPage => {
  const { account, book, profile } = state
  if (!profile.listEnabled) throw new Refusal(401, 'This api is not enabled for your account')
  const query = readListQuery(parameters, { now, profile, utcOffsetMinutes: state.utcOffsetMinutes })
  const page = listCalls(book, query, now)
  const uriOf = addressing(path, parameters, now)
  const none = { empty: { value: '' }, null: { value: null }, missing: {} }[profile.noNextPage]
  const link = (name: string, present: string | null) => {
    const shown = present === null ? none : { value: present }
    return 'value' in shown ? { [name]: shown.value } : {}
  }
  const [first, last] = [page.calls[0], page.calls.at(-1)]
  const shown: ListPage = {
    Metadata: {
      ...totalOf(profile.total, page.total),
      PageSize: query.pageSize,
      FirstPageUri: uriOf(null),
      ...link('PrevPageUri', first !== undefined && (query.after !== null || query.before !== null) ? uriOf({ name: 'Before', seq: first.seq }) : null),
      // Present whenever the page has a record, so the last page with records leads to an empty one.
      ...link('NextPageUri', last !== undefined ? uriOf({ name: 'After', seq: last.seq }) : null),
    },
    Calls: page.calls.map((call) => callRow(call, { account: account.sid, now, shape: 'list', details: query.details, profile })),
  }
  return distortPage(shown, fault, {
    again: `${path}?${parameters}`,
    onward: (rows) => {
      const before = page.calls[rows - 1]?.seq ?? (first === undefined ? null : beforeFirst(first.seq, query))
      return before === null ? uriOf(null) : uriOf({ name: 'After', seq: before, issuedAt: now + microsecondOf(receivedAt) })
    },
  })
}

/** The place just before a page's first call, in the order asked for. */
const beforeFirst = (seq: number, { ascending }: ListQuery) => (ascending ? seq - 1 : seq + 1)

const totalOf = (kind: ApiState['profile']['total'], total: number): { Total?: number } => {
  if (kind === 'absent') return {}
  return { Total: kind === 'exact' ? total : Math.ceil(total / TOTAL_STEP) * TOTAL_STEP }
}

/** Never the same twice in a scan, so that no client takes an address made of it for one it has read. */
const microsecondOf = (receivedAt: number) => 1 + (Math.floor(receivedAt * 1_000) % 1_000_000)

/** Relative addresses with the request's own parameters and another place. */
const addressing =
  (path: string, parameters: URLSearchParams, now: Instant) => (cursor: { readonly name: 'After' | 'Before'; readonly seq: number; readonly issuedAt?: Instant } | null) => {
    const others = new URLSearchParams(parameters)
    others.delete('After')
    others.delete('Before')
    if (cursor !== null) others.set(cursor.name, cursorText({ seq: cursor.seq, issuedAt: cursor.issuedAt ?? now }))
    return `${path}?${others}`
  }
