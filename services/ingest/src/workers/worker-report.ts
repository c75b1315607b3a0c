import type { IngestStatus } from '@rollcall/contracts/ingest-status'
import type { Readiness } from '@rollcall/service/health-answer'
import { z } from 'zod'

/** What the primary asks its workers, and what they answer, over their channel. */
export interface WorkerReport {
  readonly status: IngestStatus
  readonly ready: Readiness
  readonly metrics: string
}

export const ReportRequest = z.object({ kind: z.literal('report-please'), id: z.int() })
export type ReportRequest = z.infer<typeof ReportRequest>

/** From our own worker, so its body is trusted. */
export const ReportAnswer = z.object({ kind: z.literal('report'), id: z.int(), report: z.custom<WorkerReport>() })
export type ReportAnswer = z.infer<typeof ReportAnswer>

/** The primary was told that the accounts file has changed. */
export const AccountsNotice = z.object({ kind: z.literal('accounts-changed') })
export type AccountsNotice = z.infer<typeof AccountsNotice>
