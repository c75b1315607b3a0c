import type { LedgerCall } from '@rollcall/exotel-simulator/calls/ledger-call'
import type { SimulatorEvent } from '@rollcall/exotel-simulator/simulator-event'

/** What `rollcall simulator` tells the process that started it, over IPC. */
export type SimulatorMessage =
  | { readonly type: 'earlier'; readonly earlier: EarlierPlays }
  | { readonly type: 'lost-webhook'; readonly callSid: string }
  /** Every planned call has been made and its webhooks are settled. */
  | { readonly type: 'played' }

/** What is known of earlier starts, so that what is shown counts all that the kept data holds. */
export interface EarlierPlays {
  readonly callsMade: number
  readonly webhooksDelivered: number
  readonly webhooksLost: number
  readonly webhooksRefused: number
  /** Calls of which at least one webhook was lost on purpose. */
  readonly lostCallSids: readonly string[]
}

export const NO_EARLIER_PLAYS: EarlierPlays = { callsMade: 0, webhooksDelivered: 0, webhooksLost: 0, webhooksRefused: 0, lostCallSids: [] }

export const earlierPlays = (history: readonly LedgerCall[]): EarlierPlays => {
  const outcomes = history.flatMap(({ webhooks }) => webhooks.map(({ outcome }) => outcome))
  const count = (...wanted: readonly string[]): number => outcomes.filter((outcome) => wanted.includes(outcome)).length
  return {
    callsMade: history.length,
    webhooksDelivered: count('delivered'),
    webhooksLost: count('dropped-on-purpose'),
    webhooksRefused: count('refused', 'given-up'),
    lostCallSids: history.filter(({ webhooks }) => webhooks.some(({ outcome }) => outcome === 'dropped-on-purpose')).map(({ callSid }) => callSid),
  }
}

/** Begins to make calls; until then only the API is served. */
export const PLAY = { type: 'play' } as const

/** What a parent wants to know of an event. */
export const messageOf = (event: SimulatorEvent): SimulatorMessage | null =>
  event.type === 'webhook-settled' && event.outcome === 'dropped-on-purpose' ? { type: 'lost-webhook', callSid: event.callSid } : null
