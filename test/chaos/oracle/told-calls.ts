/**
 * What the sender told, by the simulator's ledger, against what is projected: the one comparison in which none of our readers has a part.
 * A webhook that was acknowledged must show; one that was given up may have arrived, and may show.
 */
import type pg from 'pg'
import { comparableAnyhow } from '../../ledger/comparable-anyhow.ts'
import { TRUTH_COLUMNS, TRUTH_FIELDS, type TruthField } from '../../ledger/truth-columns.ts'
import type { BookEntry } from '../load/book.ts'

/** In one query. */
const CALLS_PER_QUERY = 5_000
/** Of a call, or of a leg, that a later webhook tells the end of. */
const IN_PROGRESS = 'in-progress'

export interface TruthCompared {
  /** Calls of which an acknowledged webhook tells, and fields that such webhooks tell of them. */
  readonly calls: number
  readonly fields: number
  /** `call CALLSID field: held, told was …` for every field that is not as it was told. */
  readonly differing: readonly string[]
}

export interface ToldCalls {
  add(entries: readonly BookEntry[]): void
  /** Every call that was ever told of, however long ago. Run it when all is settled. */
  compare(db: pg.Client): Promise<TruthCompared>
}

/** Of one field of a call: what acknowledged webhooks told, and what others did. */
interface Told {
  readonly surely: Set<unknown>
  readonly perhaps: Set<unknown>
}
type ToldCall = Map<TruthField, Told>

interface HeldCall {
  readonly call_sid: string
  readonly [column: string]: string | Date | null
}

export const toldCalls = (): ToldCalls => {
  const calls = new Map<string, ToldCall>()
  const acknowledged = new Set<string>()
  return {
    add: (entries) => {
      for (const { callSid, told, outcome } of entries) {
        const call: ToldCall = calls.get(callSid) ?? new Map()
        calls.set(callSid, call)
        if (outcome === 'acknowledged') acknowledged.add(callSid)
        for (const [field, value] of Object.entries(told) as [TruthField, string | number][]) {
          const one = call.get(field) ?? { surely: new Set(), perhaps: new Set() }
          call.set(field, one)
          one[outcome === 'acknowledged' ? 'surely' : 'perhaps'].add(comparableAnyhow(field, value))
        }
      }
    },
    compare: async (db) => {
      const rows = await heldCalls(db, [...calls.keys()])
      const differing = [...calls].flatMap(([callSid, call]) => {
        const row = rows.get(callSid)
        if (row === undefined) return acknowledged.has(callSid) ? [`call ${callSid} is not projected, though a webhook of it was acknowledged`] : []
        return differences(call, row).map((difference) => `call ${callSid} ${difference}`)
      })
      const fields = [...calls.values()].reduce((sum, call) => sum + [...call.values()].filter(({ surely }) => surely.size > 0).length, 0)
      return { calls: acknowledged.size, fields, differing }
    },
  }
}

const differences = (call: ToldCall, row: HeldCall): string[] =>
  TRUTH_FIELDS.flatMap((field) => {
    const value = comparableAnyhow(field, row[TRUTH_COLUMNS[field]])
    const possible = possibleValues(call.get(field))
    return possible.includes(value) ? [] : [`${field}: ${JSON.stringify(value)}, told was ${possible.map((one) => JSON.stringify(one)).join(' or ')}`]
  })

/** An end outranks what went before it; and what nobody told is null. */
const possibleValues = (told: Told | undefined): readonly unknown[] => {
  const [surely, perhaps] = [[...(told?.surely ?? [])], [...(told?.perhaps ?? [])]]
  const ends = surely.filter((value) => value !== IN_PROGRESS)
  if (ends.length > 0) return ends
  return [surely.length > 0 ? IN_PROGRESS : null, ...perhaps]
}

const heldCalls = async (db: pg.Client, callSids: readonly string[]): Promise<ReadonlyMap<string, HeldCall>> => {
  const held = new Map<string, HeldCall>()
  for (let from = 0; from < callSids.length; from += CALLS_PER_QUERY) {
    const { rows } = await db.query<HeldCall>(`SELECT call_sid, ${Object.values(TRUTH_COLUMNS).join(', ')} FROM projection.calls WHERE call_sid = ANY ($1)`, [
      callSids.slice(from, from + CALLS_PER_QUERY),
    ])
    for (const row of rows) held.set(row.call_sid, row)
  }
  return held
}
