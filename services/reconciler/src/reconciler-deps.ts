import type { SchedulePolicy } from '@rollcall/domain/schedule/schedule-policy'
import type { Clock } from '@rollcall/domain/time'
import type { CoveragePolicy } from '@rollcall/domain/window/coverage'
import type { EventLog } from '@rollcall/event-log/event-log'
import type { ExotelClient } from '@rollcall/exotel/client/exotel-client'
import type { RecordingHead } from '@rollcall/exotel/client/head-recording'
import type { RequestBudget } from '@rollcall/exotel/client/request-budget'
import type { Software } from '@rollcall/service/installed-software'
import type { Pool } from '@rollcall/store/pool'
import type { Logger } from '@rollcall/telemetry/create-logger'
import type { TroubledWindows } from './troubled-windows.ts'
import type { Turns } from './turns.ts'
import type { VendorClock } from './vendor-clock.ts'

/** What reconciling one account needs; made once in main.ts. */
export interface ReconcilerDeps {
  readonly account: string
  /** Of its times without a zone. */
  readonly utcOffsetMinutes: number
  readonly client: ExotelClient
  /** What the client spends: the account's share of the rate limit. */
  readonly budget: RequestBudget
  readonly log: EventLog
  readonly pool: Pool
  readonly policy: SchedulePolicy
  readonly coverage: CoveragePolicy
  /** Ours: when something was received, when a run began. Goes on evenly under a run (host-clock.ts). */
  readonly clock: Clock
  /** Theirs: what windows are made of. */
  readonly vendorClock: VendorClock
  readonly troubledWindows: TroubledWindows
  /** Whose turn it is on the budget. */
  readonly turns: Turns
  readonly logger: Logger
  /** Asks a recording's host whether it is there; null where the account names no hosts that may be asked. */
  readonly headRecording: ((url: string, signal: AbortSignal) => Promise<RecordingHead>) | null
  /** For how long a silent ingest host is waited for (look-at-spools.ts). */
  readonly spoolGivenUpMs: number
  /** How long a run waits for the projector before it gives up for this time. */
  readonly projectionWaitMs: number
  readonly software: Software
  /** ce_source of what it appends, such as `/rollcall/reconciler/host-1:4242`. */
  readonly source: string
}

/** The lease under which a run works: its fencing token goes into everything it writes. */
export interface RunLease {
  readonly job: string
  readonly token: bigint
}
