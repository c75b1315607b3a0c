import type { CallBook } from '../calls/call-book.ts'
import { isListed } from '../calls/is-shown.ts'
import type { LedgerCall } from '../calls/ledger-call.ts'
import { shownTruth } from '../calls/shown-truth.ts'
import type { Instant } from '../clock/simulator-clock.ts'
import type { ListQuery } from './list-query.ts'

export interface CallPage {
  readonly calls: readonly LedgerCall[]
  /** Of the whole filter, at this moment. */
  readonly total: number
}

const within = (value: number, bounds: { readonly from: number; readonly to: number }) => value >= bounds.from && value <= bounds.to
const oneOf = (phone: string, phones: readonly string[]) => phones.includes(phone.replace(/\D/g, '').slice(-10))

/** Duration and Price are compared as the row shows them: while they are blank, no bound matches. */
const matches = (call: LedgerCall, query: ListQuery, now: Instant): boolean => {
  const { callSid, visible } = call
  const truth = shownTruth(call, now)
  const final = now >= visible.finalFrom
  return (
    (query.sids === null || query.sids.has(callSid)) &&
    (query.statuses === null || query.statuses.has(truth.status)) &&
    (query.directions === null || query.directions.has(truth.direction)) &&
    (query.durationSeconds === null || (final && within(truth.durationSeconds, query.durationSeconds))) &&
    (query.price === null || (final && within(Number(truth.price), query.price))) &&
    (query.from === null || oneOf(truth.from, query.from)) &&
    (query.to === null || oneOf(truth.to, query.to)) &&
    (query.exophones === null || oneOf(truth.exophone, query.exophones))
  )
}

/** One page, in the asked order. Pages are cut by place in the list, so rows that appear later shift none of them. */
export const listCalls = (book: CallBook, query: ListQuery, now: Instant): CallPage => {
  const range = { first: book.firstSince(query.created.from), end: book.firstSince(query.created.to + 1) }
  const listed = (seq: number): LedgerCall | null => {
    const call = book.bySeq(seq)
    return call !== undefined && isListed(call, now) && matches(call, query, now) ? call : null
  }
  let total = 0
  for (let seq = range.first; seq < range.end; seq++) if (listed(seq) !== null) total++

  // Before asks for the page that ends where the cursor stands: walk the other way from there, then turn the page round.
  const cursor = query.after ?? query.before
  const upward = query.ascending === (query.before === null)
  const calls: LedgerCall[] = []
  if (upward) {
    for (let seq = Math.max(range.first, cursor === null ? 0 : cursor + 1); seq < range.end && calls.length < query.pageSize; seq++) {
      const call = listed(seq)
      if (call !== null) calls.push(call)
    }
  } else {
    for (let seq = Math.min(range.end - 1, cursor === null ? Number.POSITIVE_INFINITY : cursor - 1); seq >= range.first && calls.length < query.pageSize; seq--) {
      const call = listed(seq)
      if (call !== null) calls.push(call)
    }
  }
  return { calls: query.before === null ? calls : calls.reverse(), total }
}
