import { createHash } from 'node:crypto'
import { compareText } from '@rollcall/domain/call/decimal'
import { FIELDS } from '@rollcall/domain/call/fact'
import type { Listing } from '@rollcall/domain/window/listing'
import type { ApiRow } from '@rollcall/exotel/client/api-row'
import { DETAIL_FIELDS } from '@rollcall/exotel/client/list-features'

/** Bytes of each of the two hashes of a call: among ten thousand calls of a window, two that look alike are a matter of one in 10^11. */
const HASH_BYTES = 8
const CALL_BYTES = 2 * HASH_BYTES

/** SHA-256 (hex) over what the vendor said of a window's calls, whatever the order or spelling of its rows: equal digests mean an equal listing. */
export const windowDigest = (rows: readonly ApiRow[]): string => {
  const hash = createHash('sha256')
  for (const row of rows.toSorted((a, b) => compareText(a.callSid, b.callSid))) hash.update(textOf(row))
  return hash.digest('hex')
}

/** The same rows as they are kept, to tell later what differs: of each call a hash of its CallSid and one of what was said of it. */
export const packListing = (rows: readonly ApiRow[]): Buffer => Buffer.concat(rows.flatMap((row) => [shortHash(row.callSid), shortHash(textOf(row))]))

export const unpackListing = (packed: Buffer): Listing => {
  const text = packed.toString('hex')
  const calls = Array.from({ length: packed.length / CALL_BYTES }, (_, nth) => text.slice(nth * 2 * CALL_BYTES, (nth + 1) * 2 * CALL_BYTES))
  return new Map(calls.map((call) => [call.slice(0, 2 * HASH_BYTES), call.slice(2 * HASH_BYTES)]))
}

/** An account whose list begins or ceases to give details must not have all its closed windows amended. */
const COMPARED_FIELDS = FIELDS.filter((field) => !DETAIL_FIELDS.has(field))

const textOf = ({ callSid, facts }: ApiRow): string => JSON.stringify([callSid, facts.vendorTime, COMPARED_FIELDS.map((field) => facts.values[field] ?? null)])

const shortHash = (text: string): Buffer => createHash('sha256').update(text).digest().subarray(0, HASH_BYTES)
