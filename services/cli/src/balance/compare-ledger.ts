/** The books: what the simulator's ledger says was true, against what Postgres holds. */
import type { LedgerCall } from '@rollcall/exotel-simulator/calls/ledger-call'
import type { CallColumns } from '@rollcall/store/status/read-call-columns'

export interface Balance {
  readonly calls: number
  readonly webhooksLost: number
  /** Calls of which at least one webhook was lost on purpose, and how many of them an API read has brought back. */
  readonly lostCalls: number
  readonly foundAgain: number
  /** Sids of calls that were made and are not held; that are held and were never made. */
  readonly missing: readonly string[]
  readonly extra: readonly string[]
  /** `<Sid> <field>: held <value>, true is <value>`. */
  readonly differing: readonly string[]
}

/** Set and field equality of what every row of the API tells. Pure. */
export const compareLedger = (ledger: readonly LedgerCall[], held: readonly CallColumns[]): Balance => {
  const bySid = new Map(held.map((call) => [call.callSid, call]))
  const made = new Set(ledger.map((call) => call.callSid))
  const lost = ledger.filter((call) => call.webhooks.some(isLost))
  return {
    calls: ledger.length,
    webhooksLost: ledger.reduce((sum, call) => sum + call.webhooks.filter(isLost).length, 0),
    lostCalls: lost.length,
    foundAgain: lost.filter((call) => bySid.get(call.callSid)?.verified).length,
    missing: ledger.flatMap((call) => (bySid.has(call.callSid) ? [] : [call.callSid])),
    extra: held.flatMap((call) => (made.has(call.callSid) ? [] : [call.callSid])),
    differing: ledger.flatMap((call) => {
      const row = bySid.get(call.callSid)
      return row === undefined ? [] : differences(call, row)
    }),
  }
}

export const isBalanced = ({ lostCalls, foundAgain, missing, extra, differing }: Balance): boolean =>
  foundAgain === lostCalls && missing.length === 0 && extra.length === 0 && differing.length === 0

const isLost = ({ outcome }: LedgerCall['webhooks'][number]): boolean => outcome === 'dropped-on-purpose'

const differences = ({ callSid, truth }: LedgerCall, row: CallColumns): readonly string[] => {
  const expected: Omit<CallColumns, 'callSid'> = {
    verified: true,
    status: truth.status,
    direction: truth.direction,
    from: truth.from,
    to: truth.to,
    exophone: truth.exophone,
    createdAt: truth.createdAt,
    startedAt: truth.startedAt,
    endedAt: truth.endedAt,
    durationSeconds: String(truth.durationSeconds),
    price: truth.price,
    recordingUrl: truth.recordingUrl,
  }
  return (Object.keys(expected) as (keyof typeof expected)[]).flatMap((field) =>
    isSame(field, row[field], expected[field]) ? [] : [`${callSid} ${field}: held ${JSON.stringify(row[field])}, true is ${JSON.stringify(expected[field])}`],
  )
}

const DECIMALS: ReadonlySet<string> = new Set(['durationSeconds', 'price'])

/** `17` and `17.0` are one number. */
const isSame = (field: string, held: unknown, truth: unknown): boolean => held === truth || (DECIMALS.has(field) && held !== null && Number(held) === Number(truth))
