import { commonConfig, port } from '@rollcall/service/common-config'
import { z } from 'zod'
import { SIMULATOR_PORT_DEFAULT } from '../demo/simulator-defaults.ts'

/** What `start` takes from the environment. Checked before anything is started, so that a typing mistake costs no waiting. */
export const StartConfig = z.object({
  KAFKA_BROKERS: commonConfig.KAFKA_BROKERS,
  DATABASE_URL: commonConfig.DATABASE_URL.optional().describe('a Postgres connection string, such as postgres://user@host:5432/rollcall'),
  ROLLCALL_ACCOUNTS_FILE: commonConfig.ROLLCALL_ACCOUNTS_FILE.optional(),
  ROLLCALL_ALLOW_UNSAFE_TOPICS: commonConfig.ROLLCALL_ALLOW_UNSAFE_TOPICS,
  LOG_LEVEL: commonConfig.LOG_LEVEL,
  INGEST_WORKERS: z.coerce.number().int().min(1).max(64).default(1).describe('a number of processes, 1 to 64'),
  INGEST_PORT: port(8080),
  INGEST_ADMIN_PORT: port(9464),
  PROJECTOR_ADMIN_PORT: port(9465),
  RECONCILER_ADMIN_PORT: port(9466),
  KEEPER_ADMIN_PORT: port(9468),
  AUDIT_PORT: port(8090),
  AUDIT_ADMIN_PORT: port(9467),
  SIMULATOR_PORT: port(SIMULATOR_PORT_DEFAULT),
})
export type StartConfig = z.infer<typeof StartConfig>
