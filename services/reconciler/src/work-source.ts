import type { ShedPass } from '@rollcall/domain/schedule/shed'
import type { Window } from '@rollcall/domain/window/window'
import type { ScanRequest } from './scan-report.ts'

/** Where a run's work comes from: the plan, or a range that was asked for. */
export interface WorkSource {
  /** What to do next; null when there is nothing. Ranges that are kept back are asked for by somebody else. */
  next(keptBack: readonly Window[]): Promise<ScanRequest | 'history' | null>
  /** Tells that a scan was made, and what it cost. */
  made(request: ScanRequest, requests: number): void
  /** Tells that history was read, or that there was none to read. */
  readHistory(hadAny: boolean): void
  /** How many scans it would have to make yet, as far as it knows, not counting what can wait. */
  left(): number
  shed(): readonly ShedPass[]
  sweepAgeMs(): number
}
