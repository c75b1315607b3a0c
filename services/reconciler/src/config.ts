import { hostname } from 'node:os'
import { HOUR } from '@rollcall/domain/time'
import { commonConfig, oneEventLog, port } from '@rollcall/service/common-config'
import cron from 'node-cron'
import { z } from 'zod'
import { SPOOL_GIVEN_UP_MS } from './look-at-spools.ts'

const cronOf = (fallback: string) =>
  z.string().refine(cron.validate).default(fallback).describe('a cron expression of five or six fields, such as */20 * * * * * for every twenty seconds')

export const ReconcilerConfig = oneEventLog(
  z.object({
    KAFKA_BROKERS: commonConfig.KAFKA_BROKERS,
    EMBEDDED_LOG_URL: commonConfig.EMBEDDED_LOG_URL,
    DATABASE_URL: commonConfig.DATABASE_URL,
    ROLLCALL_ACCOUNTS_FILE: commonConfig.ROLLCALL_ACCOUNTS_FILE,
    ROLLCALL_ALLOW_UNSAFE_TOPICS: commonConfig.ROLLCALL_ALLOW_UNSAFE_TOPICS,
    ROLLCALL_COMMIT: commonConfig.ROLLCALL_COMMIT,
    LOG_LEVEL: commonConfig.LOG_LEVEL,
    RECONCILE_CRON: cronOf('*/20 * * * * *'),
    RECONCILE_CLOSING_CRON: cronOf('*/20 * * * * *'),
    RECONCILE_HISTORY_CRON: cronOf('*/20 * * * * *'),
    SPOOL_GIVEN_UP_HOURS: z.coerce
      .number()
      .positive()
      .max(24 * 31)
      .default(SPOOL_GIVEN_UP_MS / HOUR)
      .describe('hours, at most 744: how long a silent ingest host is waited for'),
    RECONCILER_ADMIN_PORT: port(9466),
    RECONCILER_INSTANCE: z.string().min(1).max(128).default(`${hostname()}:${process.pid}`).describe('a name that no other running reconciler has'),
  }),
)
export type ReconcilerConfig = z.infer<typeof ReconcilerConfig>
