import { fromLogRecord } from '@rollcall/contracts/observation-record'
import { readObservation } from '@rollcall/exotel/read-observation'
import type { DeadLetter } from '@rollcall/store/quarantine/read-dead-letter'

/** What this release makes of a dead letter. */
export type ReadToday =
  | { readonly kind: 'facts'; readonly callSid: string; readonly fields: readonly string[] }
  | { readonly kind: 'no-call'; readonly why: string }
  | { readonly kind: 'unreadable'; readonly reason: string }

export const readToday = ({ headers, payload, receivedAt }: Pick<DeadLetter, 'headers' | 'payload' | 'receivedAt'>): ReadToday => {
  try {
    const said = readObservation(fromLogRecord({ key: '', value: payload, headers, timestamp: receivedAt }))
    if (said.kind === 'facts') return { kind: 'facts', callSid: said.facts.callSid, fields: Object.keys(said.facts.values) }
    return said.kind === 'no-call' ? { kind: 'no-call', why: said.why } : said
  } catch (error) {
    return { kind: 'unreadable', reason: error instanceof Error ? error.message : String(error) }
  }
}
