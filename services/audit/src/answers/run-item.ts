import type { RunItem, ScanItem } from '@rollcall/contracts/audit-api/run'
import { canonicalTime } from '@rollcall/domain/time'
import type { ScanRow } from '@rollcall/store/audit/read-run-scans'
import type { Run } from '@rollcall/store/status/read-runs'
import { spanText, timeText } from './times.ts'

export const runItem = ({ runId, lanes, ...run }: Run): RunItem => ({
  ...run,
  run: runId,
  kind: run.kind as RunItem['kind'],
  outcome: run.outcome as RunItem['outcome'],
  lanes: [...lanes],
  plannedAt: canonicalTime(run.plannedAt),
  startedAt: canonicalTime(run.startedAt),
  endedAt: timeText(run.endedAt),
})

export const scanItem = (scan: ScanRow): ScanItem => ({ ...scan, range: spanText(scan.range), startedAt: canonicalTime(scan.startedAt), endedAt: canonicalTime(scan.endedAt) })
