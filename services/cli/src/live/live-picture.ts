import type { Instant } from '@rollcall/domain/time'
import type { Run } from '@rollcall/store/status/read-runs'

/** One moment of a running stack: everything the live view shows. Null: could not be read just now. */
export interface LivePicture {
  readonly now: Instant
  readonly startedAt: Instant
  readonly eventLog: string
  readonly database: string
  readonly unsafeTopics: boolean
  readonly services: readonly { readonly name: string; readonly up: boolean }[]
  /** Null: no simulator, Exotel is real. */
  readonly simulator: SimulatorPicture | null
  readonly log: { readonly records: number; readonly projected: number } | null
  readonly accounts: readonly AccountPicture[] | null
  readonly places: Places
}

export interface SimulatorPicture {
  readonly callsMade: number
  readonly webhooksDelivered: number
  readonly webhooksLost: number
  /** Sent and not accepted, or not answered. */
  readonly webhooksRefused: number
  /** Calls of which at least one webhook was lost on purpose, and how many of them the API has since told of. */
  readonly lostCalls: number
  readonly lostCallsFound: number
}

export interface AccountPicture {
  readonly account: string
  readonly callsFound: number
  readonly webhooksMissing: number
  readonly windows: Readonly<Record<string, number>>
  readonly lastRun: Run | null
}

/** Where to look. */
export interface Places {
  /** The page, already signed in: it is shown to whoever started it and kept nowhere. */
  readonly audit: string
  readonly webhooks: string
  readonly metrics: readonly string[]
  readonly simulator: string | null
  readonly logs: string
}
