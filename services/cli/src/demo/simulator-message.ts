import type { SimulatorEvent } from '@rollcall/exotel-simulator/simulator-event'

/** What `rollcall simulator` tells the process that started it, over IPC. */
export type SimulatorMessage =
  | { readonly type: 'lost-webhook'; readonly callSid: string }
  /** Every planned call has been made and its webhooks are settled. */
  | { readonly type: 'played' }

/** Begins to make calls; until then only the API is served. */
export const PLAY = { type: 'play' } as const

/** What a parent wants to know of an event. */
export const messageOf = (event: SimulatorEvent): SimulatorMessage | null =>
  event.type === 'webhook-settled' && event.outcome === 'dropped-on-purpose' ? { type: 'lost-webhook', callSid: event.callSid } : null
