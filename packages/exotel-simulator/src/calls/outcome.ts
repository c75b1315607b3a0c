import type { Random } from '../random.ts'
import { type CallKind, OUTCOME_TABLES, type OutcomeTable } from './call-kind.ts'
import type { LegStatus } from './ledger-call.ts'

/** How a call went. leg2 'none': nobody was ever dialled on a second leg. leg1 null: nor on the first. */
export interface Outcome {
  readonly status: LegStatus
  readonly leg1: LegStatus | null
  readonly leg2: LegStatus | 'undialled' | 'none'
}

const outcome = (weight: number, status: LegStatus, leg1: LegStatus | null, leg2: Outcome['leg2']) => ({ weight, status, leg1, leg2 })

/** Combinations seen on live accounts (contract: "Interpreting outcomes"). An inbound call is `completed` even when nobody answered. */
const OUTCOMES: Readonly<Record<OutcomeTable, readonly (Outcome & { readonly weight: number })[]>> = {
  connected: [
    outcome(70, 'completed', 'completed', 'completed'),
    outcome(14, 'no-answer', 'completed', 'no-answer'),
    outcome(7, 'busy', 'completed', 'busy'),
    outcome(5, 'failed', 'completed', 'canceled'),
    outcome(4, 'no-answer', 'no-answer', 'undialled'),
  ],
  // Captured: whoever rejects is told of as one who did not pick up.
  softphone: [
    outcome(70, 'completed', 'completed', 'completed'),
    outcome(21, 'no-answer', 'completed', 'no-answer'),
    outcome(5, 'failed', 'completed', 'canceled'),
    outcome(4, 'no-answer', 'no-answer', 'undialled'),
  ],
  'one-leg': [
    outcome(80, 'completed', 'completed', 'none'),
    outcome(10, 'no-answer', 'no-answer', 'none'),
    outcome(6, 'busy', 'busy', 'none'),
    outcome(4, 'failed', 'failed', 'none'),
  ],
  inbound: [
    outcome(75, 'completed', 'completed', 'completed'),
    outcome(10, 'completed', 'completed', 'no-answer'),
    outcome(5, 'completed', 'completed', 'busy'),
    outcome(5, 'completed', 'completed', 'canceled'),
    outcome(5, 'completed', 'completed', 'none'),
  ],
  abandoned: [outcome(1, 'completed', 'completed', 'none')],
  undialled: [outcome(1, 'failed', null, 'undialled')],
}

export const drawOutcome = (kind: CallKind, random: Random): Outcome => {
  const { status, leg1, leg2 } = random.pick(OUTCOMES[OUTCOME_TABLES[kind]])
  return { status, leg1, leg2 }
}
