import { createHash } from 'node:crypto'
import { compareText } from '@rollcall/domain/call/decimal'
import { FIELDS } from '@rollcall/domain/call/fact'
import type { ApiRow } from '@rollcall/exotel/client/api-row'

/** SHA-256 (hex) over what the vendor said of a window's calls, whatever the order or spelling of its rows: equal digests mean an equal listing. */
export const windowDigest = (rows: readonly ApiRow[]): string => {
  const hash = createHash('sha256')
  for (const { callSid, facts } of rows.toSorted((a, b) => compareText(a.callSid, b.callSid))) {
    hash.update(JSON.stringify([callSid, facts.vendorTime, FIELDS.map((field) => facts.values[field] ?? null)]))
  }
  return hash.digest('hex')
}
