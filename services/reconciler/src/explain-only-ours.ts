/**
 * Calls we hold in a window that the list did not give. Absence is never proof by itself (law 7): each is asked for by Sid.
 *   found, still running  → unresolved: it will be listed when it has ended
 *   found, ended          → explained: the single-call API has it; its row is appended
 *   unknown to the API    → counted; after enough absences over enough time it is explained as a claim that only a webhook made
 *   no answer             → unresolved
 */
import { TERMINAL_STATUSES } from '@rollcall/domain/call/fact'
import type { Instant } from '@rollcall/domain/time'
import type { ApiRow } from '@rollcall/exotel/client/api-row'

/** Lookups that one scan may spend; the rest stay unresolved until the next. */
export const LOOKUPS_PER_SCAN_MAX = 100
/** Absences before a call counts as claimed by webhooks alone (reliability.md §2.4), and the time they must span. */
export const ABSENCES_NEEDED = 3
export const ABSENCE_SPAN_MS = 30 * 60_000

export type LookupAnswer = { readonly kind: 'found'; readonly row: ApiRow } | { readonly kind: 'absent' } | { readonly kind: 'failed' }

export interface Explanation {
  readonly callSid: string
  readonly explained: boolean
  /** The row to append; null when there is none. */
  readonly row: ApiRow | null
  readonly absent: boolean
}

const TERMINAL: ReadonlySet<string> = new Set(TERMINAL_STATUSES)

export const explain = (callSid: string, answer: LookupAnswer, absence: { readonly times: number; readonly firstAt: Instant } | null, now: Instant): Explanation => {
  switch (answer.kind) {
    case 'found':
      return { callSid, explained: hasEnded(answer.row), row: answer.row, absent: false }
    case 'absent': {
      const times = (absence?.times ?? 0) + 1
      const span = now - (absence?.firstAt ?? now)
      return { callSid, explained: times >= ABSENCES_NEEDED && span >= ABSENCE_SPAN_MS, row: null, absent: true }
    }
    case 'failed':
      return { callSid, explained: false, row: null, absent: false }
    default:
      return answer satisfies never
  }
}

const hasEnded = (row: ApiRow): boolean => TERMINAL.has(row.facts.values.status ?? '') && row.facts.values.endedAt !== undefined
