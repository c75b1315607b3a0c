import type { Instant } from '@rollcall/domain/time'
import { compareListings, type ListingDifference } from '@rollcall/domain/window/listing'
import type { Window } from '@rollcall/domain/window/window'
import { contains } from '@rollcall/domain/window/window'
import type { Transition, WindowState } from '@rollcall/domain/window/window-state'
import type { ApiRow } from '@rollcall/exotel/client/api-row'
import type { Queryable } from '@rollcall/store/queryable'
import { readListings, type StoredListing, saveListings } from '@rollcall/store/reconcile/window-listings'
import { packListing, unpackListing, windowDigest } from './window-listing.ts'

interface Move {
  readonly window: Window
  readonly from: WindowState
  readonly transition: Transition
}

/**
 * Of each window that leaves one listing for another: what differs. The listing that a window's new state stands for is kept for the next
 * time, where this scan is what it stands on. Absent: the window stood for no listing, or it is not known any more.
 */
export const listingDifferences = async (tx: Queryable, account: string, moves: readonly Move[], listed: readonly ApiRow[]): Promise<ReadonlyMap<Instant, ListingDifference>> => {
  const news = moves.flatMap(({ window, from, transition: { to } }): (StoredListing & { readonly before: string | null })[] => {
    const before = 'digest' in from ? from.digest : null
    if (!('digest' in to) || to.digest === before) return []
    const rows = listed.filter((row) => contains(window, row.createdAt))
    return windowDigest(rows) === to.digest ? [{ windowFrom: window.from, digest: to.digest, calls: packListing(rows), before }] : []
  })
  const known = await readListings(
    tx,
    account,
    news.filter(({ before }) => before !== null).map(({ windowFrom }) => windowFrom),
  )
  await saveListings(tx, account, news)
  return new Map(
    news.flatMap(({ windowFrom, calls, before }) => {
      const earlier = known.get(windowFrom)
      return earlier === undefined || earlier.digest !== before ? [] : [[windowFrom, compareListings(unpackListing(earlier.calls), unpackListing(calls))]]
    }),
  )
}
