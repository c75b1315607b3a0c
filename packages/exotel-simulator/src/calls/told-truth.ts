import { isWhole } from './expected-record.ts'
import type { CallTruth, LedgerCall, LedgerWebhook } from './ledger-call.ts'

/** Fields of the truth with what is told of them. Beside the truth itself a call, or a leg, can be told to be `in-progress`. */
export type ToldTruth = Readonly<Partial<Record<keyof CallTruth, string | number>>>

/** What one webhook tells of its call, in the ledger's words, whichever way it is written; nothing, where its body did not come to its end. */
export const toldTruth = (call: LedgerCall, webhook: LedgerWebhook): ToldTruth => {
  if (!isWhole(webhook)) return {}
  const told = toldBy(call, webhook)
  const isTold = ([field, value]: [string, unknown]) => value !== null && value !== undefined && !(field === 'recordingUrl' && webhook.faults.includes('recording-absent'))
  return Object.fromEntries(Object.entries(told).filter(isTold)) as ToldTruth
}

type Told = Readonly<Partial<Record<keyof CallTruth, string | number | null>>>

const IN_PROGRESS = 'in-progress'

const toldBy = ({ truth }: LedgerCall, { event, legsUp, last }: LedgerWebhook): Told => {
  const { status, direction, from, to, exophone, createdAt, startedAt, endedAt, durationSeconds, conversationSeconds, recordingUrl, customField } = truth
  const { leg1Status, leg2Status, leg1Seconds, leg2Seconds } = truth
  switch (event) {
    case 'status-callback/terminal': {
      const legs = { leg1Status, leg2Status, leg1Seconds, leg2Seconds: leg2Seconds ?? 0 }
      return { status, direction, from, to, exophone, createdAt, startedAt, endedAt, conversationSeconds, recordingUrl, customField, ...legs }
    }
    case 'status-callback/answered':
      return { status: IN_PROGRESS, direction, from, to, exophone, createdAt, startedAt, leg1Status: IN_PROGRESS, leg2Status: legsUp === 2 ? IN_PROGRESS : null }
    case 'status-callback/default':
      return { status, recordingUrl }
    case 'passthru':
      return {
        direction,
        from,
        exophone,
        createdAt,
        startedAt,
        ...(last ? { leg2Status, recordingUrl, conversationSeconds: leg2Status === 'completed' ? conversationSeconds : null } : {}),
      }
    case 'popup/dial':
    case 'popup/ringing':
    case 'popup/answered':
    case 'popup/terminal':
    case 'connect':
    case 'gather':
      return { direction, from, exophone, createdAt }
    case 'webrtc/active':
    case 'webrtc/answered':
      return direction === 'inbound' ? { direction, from, exophone } : { from, to, exophone, startedAt }
    case 'webrtc/terminal': {
      const end = { from, exophone, startedAt, endedAt, recordingUrl }
      // An inbound one tells of the agent, not of the call; an outbound one gives talk time where it says that there was talk.
      return direction === 'inbound'
        ? { ...end, direction, conversationSeconds }
        : { ...end, to, ...outcomeOfLegs(truth), conversationSeconds: status === 'completed' ? conversationSeconds : null }
    }
    case 'campaign/call':
      return { status, createdAt }
    // What else they tell is the leg's.
    case 'exoml/leg-answered':
    case 'exoml/leg-completed':
      return { exophone }
    case 'voice-v3/terminal':
      return { ...outcomeOfLegs(truth), exophone, createdAt, startedAt, endedAt, durationSeconds, conversationSeconds, recordingUrl, customField }
    default:
      return event satisfies never
  }
}

/** By one word for both legs: which was not answered, or that the first hung up on the second. */
const outcomeOfLegs = ({ status, leg1Status, leg2Status }: CallTruth): Told => {
  if (status === 'completed') return { status }
  if (leg1Status !== 'completed') return { status, leg1Status }
  return leg2Status === 'canceled' ? { status, leg2Status } : { status }
}
