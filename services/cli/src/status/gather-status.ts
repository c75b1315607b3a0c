import type { AccountConfig } from '@rollcall/contracts/accounts-file'
import { OBSERVATIONS_TOPIC, TOPICS } from '@rollcall/contracts/topics'
import { backfillRisk, type CliffRisk } from '@rollcall/domain/schedule/backfill'
import { type Clock, DAY, type Instant } from '@rollcall/domain/time'
import type { EventLog } from '@rollcall/event-log/event-log'
import { readCheckStandings } from '@rollcall/store/check/day-checks'
import { readHeartbeats } from '@rollcall/store/heartbeat/read-heartbeats'
import { readHosts } from '@rollcall/store/ingest-hosts/read-hosts'
import type { Pool } from '@rollcall/store/pool'
import { readPositions } from '@rollcall/store/projection-positions'
import { type Backfill, readBackfillsSince } from '@rollcall/store/reconcile/backfills'
import { countWindowStates } from '@rollcall/store/reconcile/count-windows'
import { readAuditBacklog } from '@rollcall/store/reconcile/read-audit-backlog'
import { readWatermark } from '@rollcall/store/reconcile/read-watermark'
import { readSchedules } from '@rollcall/store/reconcile/schedules'
import { countSmsStatuses } from '@rollcall/store/sms/count-sms-statuses'
import { countCalls } from '@rollcall/store/status/count-calls'
import { countDeadLetters } from '@rollcall/store/status/count-dead-letters'
import { countExceptions } from '@rollcall/store/status/count-exceptions'
import { countFindings } from '@rollcall/store/status/count-findings'
import { countObservations } from '@rollcall/store/status/count-observations'
import { readLastRun } from '@rollcall/store/status/read-runs'
import { readServer } from '@rollcall/store/status/read-server'
import { readWebhookFindings } from '@rollcall/store/status/read-webhook-findings'
import { readLogExtent } from '../live/read-log-extent.ts'
import { countUnprojected } from './count-unprojected.ts'
import { gatherTimeliness } from './gather-timeliness.ts'
import { readRpo } from './read-rpo.ts'
import type { AccountStatus, Status } from './status.ts'

export interface StatusSources {
  readonly log: EventLog
  readonly pool: Pool
  readonly clock: Clock
  readonly source: string
  readonly databaseAddress: string
  /** The configured ones; those that the log knows are shown as well. */
  readonly accounts: readonly AccountConfig[]
}

const EXCEPTIONS_SHOWN = 5

export const gatherStatus = async ({ log, pool, clock, source, databaseAddress, accounts }: StatusSources): Promise<Status> => {
  const positions = await readPositions(pool, OBSERVATIONS_TOPIC)
  const [unprojected, extent, inspections] = await Promise.all([countUnprojected(log, positions), readLogExtent(log, pool), log.inspectTopics(TOPICS)])
  const [observations, calls, deadLetters, exceptions, heartbeats, sms, server, ingestHosts, checks] = await Promise.all([
    countObservations(pool),
    countCalls(pool),
    countDeadLetters(pool),
    countExceptions(pool, EXCEPTIONS_SHOWN),
    readHeartbeats(pool),
    countSmsStatuses(pool),
    readServer(pool),
    readHosts(pool),
    readCheckStandings(pool),
  ])
  const names = new Set([...accounts.map(({ sid }) => sid), ...observations.map(({ account }) => account), ...unprojected.byAccount.keys()])
  return {
    now: clock(),
    source,
    eventLog: {
      description: log.description,
      received: extent.records,
      projected: extent.projected,
      lag: extent.records - extent.projected,
      problems: inspections.flatMap(({ name, problems }) => problems.map((problem) => ({ topic: name, ...problem }))),
    },
    database: { address: databaseAddress, version: server.version },
    ingestHosts,
    accounts: await Promise.all(
      [...names].sort().map(async (account): Promise<AccountStatus> => {
        const { webhooks, apiRows } = observations.find((counts) => counts.account === account) ?? { webhooks: 0, apiRows: 0 }
        const lag = unprojected.byAccount.get(account) ?? 0
        const configured = accounts.find(({ sid }) => sid === account)
        const [windows, watermark, audit, findings, webhookFindings, lastRun, rpo, schedules, backfills] = await Promise.all([
          countWindowStates(pool, account, null),
          readWatermark(pool, account),
          readAuditBacklog(pool, account),
          countFindings(pool, account),
          readWebhookFindings(pool, account),
          readLastRun(pool, account),
          configured === undefined ? null : readRpo(pool, configured, clock()),
          readSchedules(pool, account),
          readBackfillsSince(pool, account, clock() - DAY),
        ])
        const projected = webhooks + apiRows
        return {
          account,
          received: projected + lag,
          projected,
          lag,
          lagIsExact: unprojected.exact,
          webhooks,
          apiRows,
          calls: calls.get(account) ?? 0,
          deadLetters: deadLetters.get(account) ?? 0,
          exceptions: exceptions.get(account) ?? [],
          heartbeat: heartbeats.get(account) ?? null,
          sms: sms.get(account) ?? {},
          windows,
          watermark,
          audit,
          checks: checks.get(account) ?? null,
          ...findings,
          ...webhookFindings,
          rpo,
          timeliness: await gatherTimeliness(pool, account, clock()),
          lastRun,
          schedules,
          backfills: backfills.map((backfill) => ({ ...backfill, risk: configured === undefined ? null : riskOf(backfill, configured, clock()) })),
        }
      }),
    ),
  }
}

/** Of a backfill that goes on, at the pace that it had. */
const riskOf = (backfill: Backfill, { rateLimitPerMinute, rateShare, historyDays }: AccountConfig, now: Instant): CliffRisk | null =>
  backfillRisk(now, backfill, { budgetPerMinute: rateLimitPerMinute * rateShare, historyMs: historyDays * DAY })
