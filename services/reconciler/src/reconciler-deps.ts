import type { Clock } from '@rollcall/domain/time'
import type { ClosingPolicy } from '@rollcall/domain/window/closing-policy'
import type { CoverageRule } from '@rollcall/domain/window/coverage'
import type { EventLog } from '@rollcall/event-log/event-log'
import type { ExotelClient } from '@rollcall/exotel/client/exotel-client'
import type { Pool } from '@rollcall/store/pool'

/** What reconciling one account needs; made once in main.ts. */
export interface ReconcilerDeps {
  readonly account: string
  readonly client: ExotelClient
  readonly log: EventLog
  readonly pool: Pool
  readonly policy: ClosingPolicy
  readonly rules: readonly CoverageRule[]
  readonly clock: Clock
  /** ce_source of what it appends, such as `/rollcall/reconciler/host-1:4242`. */
  readonly source: string
}

/** The lease under which a run works: its fencing token goes into everything it writes. */
export interface RunLease {
  readonly job: string
  readonly token: bigint
}
