import { describe, expect, it } from 'vitest'
import { readCcmOutcome } from './ccm-outcome.ts'

/** Contract §2.2; what the API says of the same calls stands in §6.2. */
describe("CCM's word for an outcome", () => {
  it.each([
    ['completed', { status: 'completed' }],
    ['from_leg_unanswered', { status: 'no-answer', leg1Status: 'no-answer' }],
    ['agent_unanswered', { status: 'no-answer', leg1Status: 'no-answer' }],
    ['to_leg_unanswered', { status: 'no-answer' }],
    ['customer_unanswered', { status: 'no-answer' }],
    ['from_leg_cancelled', { status: 'failed', leg2Status: 'canceled' }],
    ['From_Leg_Canceled', { status: 'failed', leg2Status: 'canceled' }],
    ['agent_canceled', { status: 'failed', leg2Status: 'canceled' }],
    ['agent_cancelled', { status: 'failed', leg2Status: 'canceled' }],
    ['from_leg_no_dial', { status: 'failed' }],
    ['to_leg_no_dial', { status: 'failed' }],
    ['agent_no_dial', { status: 'failed' }],
    ['customer_no_dial', { status: 'failed' }],
    ['no-answer', { status: 'no-answer' }],
    ['busy', {}],
    ['FREE', {}],
    ['to_leg_vanished', { status: 'unknown' }],
  ])('%s is %o', (text, outcome) => expect(readCcmOutcome(text)).toEqual(outcome))
})
