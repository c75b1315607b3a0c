import type { Lane } from '@rollcall/domain/schedule/lane'
import type { Instant } from '@rollcall/domain/time'
import type { Trouble } from './scan-trouble.ts'

export interface ScanRequest {
  readonly runId: string
  readonly lane: Lane | 'on-demand'
  /** Bounds of windows: `[from, to)`. */
  readonly from: Instant
  readonly to: Instant
  /** Only calls that lasted so long are listed; null: all. What such a scan does not list says nothing, so it proves nothing about windows. */
  readonly durationAtLeastSeconds: number | null
}

export interface ScanReport {
  readonly lane: ScanRequest['lane']
  readonly outcome: 'complete' | 'incomplete' | 'projector-behind'
  readonly reason: string | null
  /** What an incomplete scan says about the next one; null for any other. */
  readonly trouble: Trouble | null
  readonly requests: number
  readonly callsListed: number
  readonly callsFound: number
  readonly webhooksMissing: number
  readonly windowsClosed: number
}
