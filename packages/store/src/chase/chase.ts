import type { ChaseWhy } from '@rollcall/domain/schedule/chase'
import type { Instant } from '@rollcall/domain/time'

/** One call that is asked for by Sid until what is looked for is there. All times but `withoutAt` are by the vendor's clock. */
export interface Chase {
  readonly callSid: string
  readonly why: ChaseWhy
  readonly since: Instant
  readonly asked: number
  /** Null: never yet. */
  readonly askedAt: Instant | null
  /** How often in a row the list did not show the call. */
  readonly unlisted: number
  /** When the API last showed the call as over and without a recording, by our clock. */
  readonly withoutAt: Instant | null
}

/** How a chase goes on: asked for again, or over. */
export type ChaseNext =
  | { readonly outcome: null; readonly due: Instant; readonly deadline: Instant }
  | { readonly outcome: 'found' }
  | { readonly outcome: 'ruled-out'; readonly reason: string }
