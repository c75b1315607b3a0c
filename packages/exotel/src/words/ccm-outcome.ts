import type { CallStatus } from '@rollcall/domain/call/fact'
import { readCallStatus } from './call-status.ts'

/** What one word of CCM's (WebRTC, v2, v3) says in ours: of the call, and of the leg it speaks of. */
export interface CcmOutcome {
  readonly status?: CallStatus
  readonly leg1Status?: CallStatus
  readonly leg2Status?: CallStatus
}

const FIRST_UNANSWERED: CcmOutcome = { status: 'no-answer', leg1Status: 'no-answer' }
/** Not picked up, busy or rejected: it tells that the leg was not answered, not how (contract §12, live captures). The API knows. */
const SECOND_UNANSWERED: CcmOutcome = { status: 'no-answer' }
/** The API calls it failed, with the second leg canceled (contract §6.2). */
const FIRST_HUNG_UP: CcmOutcome = { status: 'failed', leg2Status: 'canceled' }
const NOT_DIALLED: CcmOutcome = { status: 'failed' }
/** The state of an agent, not of the call. */
const AGENT: CcmOutcome = {}

/** Contract §2.2: v3 and WebRTC speak of legs, v2 of the agent (called first) and the customer. */
const OUTCOMES: ReadonlyMap<string, CcmOutcome> = new Map([
  ['from_leg_unanswered', FIRST_UNANSWERED],
  ['agent_unanswered', FIRST_UNANSWERED],
  ['to_leg_unanswered', SECOND_UNANSWERED],
  ['customer_unanswered', SECOND_UNANSWERED],
  ['from_leg_cancelled', FIRST_HUNG_UP],
  ['from_leg_canceled', FIRST_HUNG_UP],
  ['agent_canceled', FIRST_HUNG_UP],
  ['agent_cancelled', FIRST_HUNG_UP],
  ['from_leg_no_dial', NOT_DIALLED],
  ['to_leg_no_dial', NOT_DIALLED],
  ['agent_no_dial', NOT_DIALLED],
  ['customer_no_dial', NOT_DIALLED],
])

const AGENT_STATES: ReadonlySet<string> = new Set(['busy', 'free'])

/** On WebRTC, `busy` and `free` are the agent's; everything else that CCM has no word of its own for is a call status. */
export const readCcmOutcome = (text: string): CcmOutcome => {
  const word = text.toLowerCase()
  return AGENT_STATES.has(word) ? AGENT : (OUTCOMES.get(word) ?? { status: readCallStatus(word) })
}
