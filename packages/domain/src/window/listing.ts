/** What a scan listed of one window, by call: a hash of its CallSid, and one of all that the row said. Enough to tell how two listings differ. */
export type Listing = ReadonlyMap<string, string>

/** How many calls a later listing has that an earlier one had not, has not that it had, and tells otherwise. */
export interface ListingDifference {
  readonly appeared: number
  readonly disappeared: number
  readonly changed: number
}

export const compareListings = (before: Listing, after: Listing): ListingDifference => {
  const appeared = [...after.keys()].filter((call) => !before.has(call)).length
  const disappeared = [...before.keys()].filter((call) => !after.has(call)).length
  const changed = [...after].filter(([call, row]) => before.has(call) && before.get(call) !== row).length
  return { appeared, disappeared, changed }
}
