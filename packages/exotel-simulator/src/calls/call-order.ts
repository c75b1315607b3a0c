import type { CallKind } from './call-kind.ts'
import type { WebhookEncoding } from './ledger-call.ts'

/** What is not left to the seed: of a call made by the API or injected, and of a transfer. */
export interface CallOrder {
  /** Names the call's streams of chance. Planned calls use their number alone. */
  readonly path: readonly number[]
  readonly kind?: CallKind
  /** From creation to hang-up. */
  readonly seconds?: number
  /** A drawn length is cut here (TimeLimit). */
  readonly secondsMax?: number
  readonly from?: string
  readonly to?: string
  readonly exophone?: string
  readonly customField?: string | null
  readonly parentCallSid?: string
  readonly encoding?: Exclude<WebhookEncoding, 'query'>
  readonly wantsAnswered?: boolean
  readonly wantsTerminal?: boolean
  /** Where its callbacks go; left out: where all go. */
  readonly callbackUrl?: string
  /** Made by the connect API, whose answer the first webhook may overtake. */
  readonly byApi?: boolean
}

/** Second steps of a path; a number once given is never reused. */
export const TRANSFER_PATH = 101
export const ORDERED_PATH = 102
