/** The books: what the simulator's ledger says was true, against what Postgres holds. */
import { expectedRecord } from '@rollcall/exotel-simulator/calls/expected-record'
import type { LedgerCall } from '@rollcall/exotel-simulator/calls/ledger-call'
import type pg from 'pg'
import { comparable } from '../ledger/comparable.ts'
import { TRUTH_COLUMNS, TRUTH_FIELDS } from '../ledger/truth-columns.ts'

export interface Balance {
  readonly calls: number
  readonly missing: readonly string[]
  readonly extra: readonly string[]
  /** `callSid field: held, true` for every field that is not what was true. */
  readonly differing: readonly string[]
}

interface HeldCall {
  readonly call_sid: string
  readonly [column: string]: string | number | boolean | Date | null
}

/** Set and field equality, from the moment on that Exotel changes nothing any more. */
export const balance = async (pool: pg.Pool, account: string, ledger: readonly LedgerCall[]): Promise<Balance> => {
  const { rows } = await pool.query<HeldCall>(`SELECT call_sid, verified, ${Object.values(TRUTH_COLUMNS).join(', ')} FROM projection.calls WHERE account = $1`, [account])
  const held = new Map(rows.map((row) => [row.call_sid, row]))
  const known = new Set(ledger.map((call) => call.callSid))
  return {
    calls: ledger.length,
    // What the list never shows can be known by its webhooks only.
    missing: ledger.flatMap((call) => (held.has(call.callSid) || call.visible.listedFrom === null ? [] : [call.callSid])),
    extra: rows.flatMap((row) => (known.has(row.call_sid) ? [] : [row.call_sid])),
    differing: ledger.flatMap((call) => {
      const row = held.get(call.callSid)
      return row === undefined ? [] : differences(call, row).map((difference) => `${call.callSid} (${call.kind}) ${difference}`)
    }),
  }
}

/** What has to be there is not, or what is there is not so. */
const differences = (call: LedgerCall, row: HeldCall): string[] => {
  const needed = neededFields(call)
  const fields = TRUTH_FIELDS.flatMap((field) => {
    const value = comparable(field, row[TRUTH_COLUMNS[field]])
    const truth = comparable(field, call.truth[field])
    return value === truth || (value === null && !needed.has(field)) ? [] : [`${field}: ${JSON.stringify(value)}, true is ${JSON.stringify(truth)}`]
  })
  return call.visible.listedFrom !== null && row.verified !== true ? ['verified: false', ...fields] : fields
}

/**
 * What every call must show once the API has been read: what the list tells of all, the legs of those whose terminal webhook tells
 * them or, where it was lost, the single-call API, and what stands in webhooks alone where one arrived.
 */
const neededFields = (call: LedgerCall): ReadonlySet<string> => {
  const { listed, detailed, customField } = expectedRecord(call)
  return new Set([
    ...(listed === null ? [] : Object.keys(listed)),
    ...(listed !== null && call.kind === 'outbound-extended' ? Object.keys(detailed) : []),
    ...(customField === undefined ? [] : ['customField']),
  ])
}
