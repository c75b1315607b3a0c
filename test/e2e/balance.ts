/** The books: what the simulator's ledger says was true, against what Postgres holds. */
import { expectedRecord } from '@rollcall/exotel-simulator/calls/expected-record'
import type { LedgerCall } from '@rollcall/exotel-simulator/calls/ledger-call'
import type pg from 'pg'

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

/** Each field of the truth, and the column that holds it. */
const COLUMNS = {
  status: 'status',
  direction: 'direction',
  from: 'from_number',
  to: 'to_number',
  exophone: 'exophone',
  createdAt: 'created_at',
  startedAt: 'started_at',
  endedAt: 'ended_at',
  durationSeconds: 'duration_seconds',
  conversationSeconds: 'conversation_seconds',
  price: 'price',
  recordingUrl: 'recording_url',
  leg1Status: 'leg1_status',
  leg2Status: 'leg2_status',
  leg1Seconds: 'leg1_seconds',
  leg2Seconds: 'leg2_seconds',
  customField: 'custom_field',
  parentCallSid: 'parent_call_sid',
} as const satisfies Partial<Record<keyof LedgerCall['truth'], string>>
type Field = keyof typeof COLUMNS
const FIELDS = Object.keys(COLUMNS) as Field[]

/** Set and field equality, from the moment on that Exotel changes nothing any more. */
export const balance = async (pool: pg.Pool, account: string, ledger: readonly LedgerCall[]): Promise<Balance> => {
  const { rows } = await pool.query<HeldCall>(`SELECT call_sid, verified, ${Object.values(COLUMNS).join(', ')} FROM projection.calls WHERE account = $1`, [account])
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
  const fields = FIELDS.flatMap((field) => {
    const value = comparable(field, row[COLUMNS[field]])
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

const comparable = (field: Field, value: unknown): unknown => {
  if (value === null || value === undefined) return null
  if (value instanceof Date) return value.getTime()
  return field === 'price' || field.endsWith('Seconds') ? Number(value) : value
}
