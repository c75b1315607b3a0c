/** The books: what the simulator's ledger says was true, against what Postgres holds. */
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

const COLUMNS = `call_sid, verified, status, direction, from_number, to_number, exophone, created_at, started_at, ended_at,
  duration_seconds::text, conversation_seconds::text, price::text, recording_url, leg1_status, leg2_status, leg1_seconds::text, leg2_seconds::text, custom_field`

/** Set and field equality. */
export const balance = async (pool: pg.Pool, account: string, ledger: readonly LedgerCall[]): Promise<Balance> => {
  const { rows } = await pool.query<HeldCall>(`SELECT ${COLUMNS} FROM projection.calls WHERE account = $1`, [account])
  const held = new Map(rows.map((row) => [row.call_sid, row]))
  const known = new Set(ledger.map((call) => call.callSid))
  return {
    calls: ledger.length,
    missing: ledger.flatMap((call) => (held.has(call.callSid) ? [] : [call.callSid])),
    extra: rows.flatMap((row) => (known.has(row.call_sid) ? [] : [row.call_sid])),
    differing: ledger.flatMap((call) => {
      const row = held.get(call.callSid)
      return row === undefined ? [] : differences(call, row)
    }),
  }
}

const differences = (call: LedgerCall, row: HeldCall): string[] =>
  Object.entries(expected(call)).flatMap(([column, truth]) => {
    const value = row[column] ?? null
    const shown = value instanceof Date ? value.getTime() : value
    return sameValue(shown, truth) ? [] : [`${call.callSid} (${call.kind}) ${column}: ${JSON.stringify(shown)}, true is ${JSON.stringify(truth)}`]
  })

const sameValue = (held: unknown, truth: unknown): boolean => held === truth || (typeof held === 'string' && typeof truth === 'number' && Number(held) === truth)

/**
 * What every call must show once the API has been read: what the list tells of all, and the legs of those whose terminal webhook
 * tells them or, where it was lost, the single-call API. The custom field stands in the webhook alone.
 */
const expected = ({ kind, truth, webhooks }: LedgerCall): Record<string, unknown> => {
  const listed = {
    verified: true,
    status: truth.status,
    direction: truth.direction,
    from_number: truth.from,
    to_number: truth.to,
    exophone: truth.exophone,
    created_at: truth.createdAt,
    started_at: truth.startedAt,
    ended_at: truth.endedAt,
    duration_seconds: truth.durationSeconds,
    price: Number(truth.price),
    recording_url: truth.recordingUrl,
  }
  if (kind !== 'outbound-extended') return listed
  const { conversationSeconds, leg1Status, leg2Status, leg1Seconds, leg2Seconds, customField } = truth
  const detailed = { ...listed, conversation_seconds: conversationSeconds, leg1_status: leg1Status, leg2_status: leg2Status, leg1_seconds: leg1Seconds, leg2_seconds: leg2Seconds }
  const terminal = webhooks.some((webhook) => webhook.event === 'status-callback/terminal' && arrived(webhook))
  return terminal ? { ...detailed, custom_field: customField } : detailed
}

/** Answered 2xx, in either copy: this one we must hold. */
export const arrived = (webhook: LedgerCall['webhooks'][number]): boolean => webhook.outcome === 'delivered' || webhook.duplicateOutcome === 'delivered'
