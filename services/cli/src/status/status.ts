import type { Milestone } from '@rollcall/domain/call/record'
import type { BurnAlert, FactCounts } from '@rollcall/domain/slo/burn-rate'
import type { Instant } from '@rollcall/domain/time'
import type { Watermark } from '@rollcall/domain/window/watermark'
import type { PreflightProblem } from '@rollcall/event-log/preflight'
import type { CheckStanding } from '@rollcall/store/check/day-checks'
import type { LastHeartbeat } from '@rollcall/store/heartbeat/read-heartbeats'
import type { IngestHost } from '@rollcall/store/ingest-hosts/read-hosts'
import type { AuditBacklog } from '@rollcall/store/reconcile/read-audit-backlog'
import type { ScheduleRow } from '@rollcall/store/reconcile/schedules'
import type { ExceptionCount } from '@rollcall/store/status/count-exceptions'
import type { Run } from '@rollcall/store/status/read-runs'
import type { WebhookFindings } from '@rollcall/store/status/read-webhook-findings'
import type { ShownBackfill } from './backfill-lines.ts'

/** What `rollcall status` shows; with --json, exactly this. Times are epoch milliseconds. */
export interface Status {
  readonly now: Instant
  readonly source: string
  readonly eventLog: { readonly description: string; readonly received: number; readonly projected: number; readonly lag: number; readonly problems: readonly PreflightProblem[] }
  readonly database: { readonly address: string; readonly version: string }
  /** Spools of ingest; none: nobody knows what is in them. */
  readonly ingestHosts: readonly IngestHost[]
  readonly accounts: readonly AccountStatus[]
}

/** What finding every call within the RPO takes of what may be sent, in requests per minute. */
export interface RpoStatus {
  readonly atRisk: boolean
  readonly callsPerSecond: number
  /** Null where no number of requests would do. */
  readonly neededPerMinute: number | null
  readonly availablePerMinute: number
}

/** How soon facts of one kind were durable. Shares and rates are from 0 on. */
export interface FactTimeliness {
  readonly fact: Milestone
  readonly counts: FactCounts
  /** By how the facts came. */
  readonly by: Readonly<Record<string, FactCounts>>
  readonly budgetLeft: number
  /** Alerts that hold now. */
  readonly burning: readonly BurnAlert['name'][]
}

export interface AccountStatus extends WebhookFindings {
  readonly account: string
  /** Observations in the log; `projected` are folded into Postgres, `lag` are not yet. */
  readonly received: number
  readonly projected: number
  readonly lag: number
  /** False: `lag` and so `received` are at least this; there was more to read than status reads. */
  readonly lagIsExact: boolean
  readonly webhooks: number
  readonly apiRows: number
  readonly calls: number
  readonly deadLetters: number
  /** What was read, but not as we know it; the most frequent first. */
  readonly exceptions: readonly ExceptionCount[]
  /** Null when there never was one. */
  readonly heartbeat: LastHeartbeat | null
  /** SMS by what became of them. */
  readonly sms: Readonly<Record<string, number>>
  readonly windows: Readonly<Record<string, number>>
  /** Before it every window is final; `heldBy` is what keeps it from going further. */
  readonly watermark: Watermark
  /** Audit records that wait to be published to rollcall.audit.v1. */
  readonly audit: AuditBacklog
  /** Days folded from the log again and compared; null before the first. */
  readonly checks: CheckStanding | null
  readonly callsFound: number
  readonly webhooksMissing: number
  /** Null where the account is not configured here. */
  readonly rpo: RpoStatus | null
  readonly lastRun: Run | null
  /** How the daemon's schedules fared, whichever host ran; empty where none ever did. */
  readonly schedules: readonly ScheduleRow[]
  /** Facts of the last 30 days by how soon they were durable, and of what is spent too fast; what never happened is absent. */
  readonly timeliness: readonly FactTimeliness[]
  /** That go on, or ended within a day. */
  readonly backfills: readonly ShownBackfill[]
}
