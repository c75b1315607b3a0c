import { commonConfig, oneEventLog } from '@rollcall/service/common-config'
import { z } from 'zod'

/** What the commands that look at an installation need to know of it. */
export const ConnectionConfig = oneEventLog(
  z.object({
    KAFKA_BROKERS: commonConfig.KAFKA_BROKERS,
    EMBEDDED_LOG_URL: commonConfig.EMBEDDED_LOG_URL,
    DATABASE_URL: commonConfig.DATABASE_URL,
    ROLLCALL_ACCOUNTS_FILE: commonConfig.ROLLCALL_ACCOUNTS_FILE.optional().describe('the path of the accounts file'),
    ROLLCALL_DATA_DIR: commonConfig.ROLLCALL_DATA_DIR,
    INGEST_SPOOL_DIR: z.string().min(1).optional().describe('the path of a folder on a local disk'),
    ROLLCALL_ALLOW_UNSAFE_TOPICS: commonConfig.ROLLCALL_ALLOW_UNSAFE_TOPICS,
    ROLLCALL_COMMIT: commonConfig.ROLLCALL_COMMIT,
  }),
)
export type ConnectionConfig = z.infer<typeof ConnectionConfig>
