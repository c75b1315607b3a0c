import type { CallRecord } from '@rollcall/domain/call/record'
import type { Instant } from '@rollcall/domain/time'
import type { ApiRow } from '@rollcall/exotel/client/api-row'
import type { Positions } from './await-projection.ts'

/** What a complete scan and the reading back after it showed. */
export interface ScanEvidence {
  readonly scanId: string
  /** By the vendor's clock. */
  readonly startedAt: Instant
  readonly rows: readonly ApiRow[]
  readonly held: readonly CallRecord[]
  /** How far the projection was, at the least, when `held` was read. */
  readonly projectedTo: Positions
  /** Calls that no observation had told us of before. */
  readonly found: ReadonlySet<string>
  /** Calls only we hold that are not explained. */
  readonly unresolved: ReadonlySet<string>
}
