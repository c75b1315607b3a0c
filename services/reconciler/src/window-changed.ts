import type { WindowChanged } from '@rollcall/contracts/audit-record'
import type { Instant } from '@rollcall/domain/time'
import type { ListingDifference } from '@rollcall/domain/window/listing'
import type { Window } from '@rollcall/domain/window/window'
import type { Transition, WindowState } from '@rollcall/domain/window/window-state'
import type { CountedScan } from '@rollcall/store/reconcile/read-windows'
import type { ScanPositions } from '@rollcall/store/reconcile/scan-positions'

/** A window's move and what is known of it besides. */
export interface ToldMove {
  readonly window: Window
  readonly from: WindowState | null
  readonly transition: Transition<CountedScan>
  readonly at: Instant
  readonly difference: ListingDifference | null
  readonly positions: ReadonlyMap<string, ScanPositions>
  readonly watermark: Instant | null
}

/** The audit record of one move. */
export const windowChanged = ({ window, from, transition, at, difference, positions, watermark }: ToldMove): WindowChanged => ({
  type: 'window-changed',
  window: { from: utc(window.from), to: utc(window.to) },
  from,
  to: transition.to,
  reason: transition.reason,
  at: utc(at),
  evidence: {
    scans: transition.evidence.map(({ scan, startedAt, digest, listed, held, found, unresolved }) => ({
      scan,
      startedAt: utc(startedAt),
      digest,
      listed,
      held,
      found,
      unresolved,
      projectedTo: positions.get(scan) ?? null,
    })),
    difference,
  },
  watermark: watermark === null ? null : utc(watermark),
})

const utc = (at: Instant): string => new Date(at).toISOString()
