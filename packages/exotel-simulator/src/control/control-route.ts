import type { z } from 'zod'
import type { Instant } from '../clock/simulator-clock.ts'
import type { Ledger } from '../ledger.ts'
import type { OutageSchedule } from '../outages.ts'
import type { SimulatedAccount } from '../simulated-account.ts'
import type { SimulatorStats } from '../simulator-stats.ts'

/** What the control API steers and shows. */
export interface Controlled {
  readonly accounts: readonly SimulatedAccount[]
  /** Of all accounts, the named one; left out: the first. Throws a TypeError where there is none. */
  readonly accountOf: (sid: string | undefined) => SimulatedAccount
  readonly ledger: Ledger
  readonly stats: (account?: string) => SimulatorStats
  readonly outages: OutageSchedule
  readonly now: () => Instant
}

export interface ControlRequest {
  readonly method: string
  /** Path and query. */
  readonly url: string
  readonly contentType: string
  readonly body: string
}

export interface ControlAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Text, or pieces of text that are written one after the other. */
  readonly body: string | Iterable<string>
}

export interface RouteInput {
  /** What stands for the `{…}` of the path. */
  readonly name: string
  readonly query: URLSearchParams
  /** As parsed by the route's schema. */
  readonly body: unknown
}

/** One operation; the description is made of the same entries that answer. */
export interface ControlRoute {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** With at most one `{name}`, last. */
  readonly path: string
  readonly summary: string
  readonly query: Readonly<Record<string, string>>
  /** Of the body; null: it takes none. */
  readonly takes: z.ZodType | null
  readonly gives: { readonly status: number; readonly contentType: string; readonly what: string }
  /** An object is written as JSON. Throws ControlError or TypeError for what is asked wrongly. */
  readonly answer: (controlled: Controlled, input: RouteInput) => object | Iterable<string>
}

/** Asked for what is not there. */
export class ControlError extends Error {
  override readonly name = 'ControlError'
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}
