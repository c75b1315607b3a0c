import type { CallBook } from '../calls/call-book.ts'
import type { CallOrder } from '../calls/call-order.ts'
import type { LedgerCall } from '../calls/ledger-call.ts'
import type { Instant } from '../clock/simulator-clock.ts'
import type { LedgerHeartbeat, LedgerSms } from '../notices/ledger-notice.ts'
import type { ApiFault } from './api-faults.ts'
import type { ApiProfile } from './api-profile.ts'
import type { RateLimit } from './rate-window.ts'

export interface ApiAccount {
  readonly sid: string
  readonly apiKey: string
  readonly apiToken: string
}

/** What a call that the API has made knows besides itself. */
export interface ConnectedCall {
  readonly call: LedgerCall
  /** Resolves when the answer may be given: its first webhook comes before where that fault was drawn. Null: at once. */
  readonly answerAfter: Promise<void> | null
}

/** One account as the API sees it. */
export interface ApiState {
  readonly account: ApiAccount
  /** Of the account's times, from UTC. */
  readonly utcOffsetMinutes: number
  readonly book: CallBook
  readonly profile: ApiProfile
  readonly rate: RateLimit
  /** Makes a call that was not planned; null: there are too many already. */
  readonly connect: (order: Omit<CallOrder, 'path'>) => ConnectedCall | null
  readonly sms: (smsSid: string) => LedgerSms | undefined
  /** The last one so far. */
  readonly heartbeat: () => LedgerHeartbeat | undefined
}

export interface ApiRequest {
  readonly method: string
  /** Path and query. */
  readonly url: string
  readonly authorization: string | undefined
  /** The parameters of a POST's body. */
  readonly form: URLSearchParams
  /** The vendor's clock. */
  readonly now: Instant
  /** The real clock: what the rate limit counts by. */
  readonly receivedAt: Instant
  /** What goes wrong with the answer; null: nothing. */
  readonly fault: ApiFault | null
}
