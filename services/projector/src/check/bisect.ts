/**
 * Finds the calls by which two sides differ, by comparing digests of ever smaller ranges of places: only ranges that differ are looked into, and
 * rows are read where few are left. So what is compared grows with the differences and not with the calls.
 */
import type { BothDigests, Places } from '@rollcall/store/check/read-digests'
import type { RowHash } from '@rollcall/store/check/read-row-hashes'

/** Into so many parts a range is cut at once. */
export const PARTS = 16
/** With no more rows than this on both sides together, they are compared one by one. */
export const ROWS_MAX = 128

export interface Sides {
  readonly digests: (places: readonly Places[]) => Promise<readonly BothDigests[]>
  readonly rows: (places: Places) => Promise<readonly RowHash[]>
}

export interface Bisected {
  /** CallSids of calls that are on one side alone, or not the same on both; not more than were asked for. */
  readonly callSids: readonly string[]
  /** False: the search ended when it had found as many as were asked for. */
  readonly whole: boolean
}

/** Cuts half-open places into at most so many parts of about one size, none of which is empty. Pure. */
export const cut = ({ from, to }: Places, parts: number): readonly Places[] => {
  const edges = [...new Set(Array.from({ length: parts + 1 }, (_, nth) => from + Math.floor(((to - from) * nth) / parts)))]
  return edges.slice(1).map((edge, nth) => ({ from: edges[nth] ?? from, to: edge }))
}

/** CallSids of calls whose rows are not the same on both sides, where a side may have several of one call too. Pure. */
export const unequal = (rows: readonly RowHash[]): readonly string[] =>
  [...new Set(rows.map(({ callSid }) => callSid))].filter((callSid) => {
    const own = rows.filter((row) => row.callSid === callSid)
    return textOf(own, true) !== textOf(own, false)
  })

const textOf = (rows: readonly RowHash[], told: boolean): string =>
  rows
    .filter((row) => row.told === told)
    .map(({ sha256 }) => sha256)
    .sort()
    .join()

export const differs = ({ told, stored }: BothDigests): boolean => told.calls !== stored.calls || told.sha256 !== stored.sha256

/** @param max so many calls are enough */
export const bisect = async ({ digests, rows }: Sides, places: Places, max: number): Promise<Bisected> => {
  const found: string[] = []
  const open: Places[] = [places]
  while (found.length <= max) {
    const range = open.shift()
    if (range === undefined) return { callSids: found, whole: true }
    const parts = cut(range, PARTS)
    for (const [nth, both] of (await digests(parts)).entries()) {
      const part = parts[nth]
      if (part === undefined || !differs(both)) continue
      if (both.told.calls + both.stored.calls <= ROWS_MAX || part.to - part.from === 1) found.push(...unequal(await rows(part)))
      else open.push(part)
    }
  }
  return { callSids: found.slice(0, max), whole: false }
}
