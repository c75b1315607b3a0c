import { hostname } from 'node:os'
import { commonConfig, oneEventLog, port } from '@rollcall/service/common-config'
import cron from 'node-cron'
import { z } from 'zod'

const { KAFKA_BROKERS, EMBEDDED_LOG_URL, DATABASE_URL, ROLLCALL_ALLOW_UNSAFE_TOPICS, LOG_LEVEL } = commonConfig

export const ProjectorConfig = oneEventLog(
  z.object({
    KAFKA_BROKERS,
    EMBEDDED_LOG_URL,
    DATABASE_URL,
    ROLLCALL_ALLOW_UNSAFE_TOPICS,
    LOG_LEVEL,
    PROJECTOR_ADMIN_HOST: z.string().min(1).default('127.0.0.1').describe('an address to listen on'),
    PROJECTOR_ADMIN_PORT: port(9465),
    PROJECTOR_CHECK_CRON: z.string().refine(cron.validate).default('17 * * * *').describe('a cron expression of five or six fields, such as 17 * * * * for once an hour'),
    PROJECTOR_INSTANCE: z.string().min(1).max(128).default(`${hostname()}:${process.pid}`).describe('a name that no other running projector has'),
  }),
)
export type ProjectorConfig = z.infer<typeof ProjectorConfig>
