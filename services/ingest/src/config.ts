import { commonConfig, oneEventLog, port } from '@rollcall/service/common-config'
import { z } from 'zod'

const { KAFKA_BROKERS, EMBEDDED_LOG_URL, DATABASE_URL, ROLLCALL_ACCOUNTS_FILE, ROLLCALL_DATA_DIR, ROLLCALL_ALLOW_UNSAFE_TOPICS, LOG_LEVEL } = commonConfig
const GIB = 1024 ** 3

export const IngestConfig = oneEventLog(
  z.object({
    KAFKA_BROKERS,
    EMBEDDED_LOG_URL,
    /** Where this host tells what it has spooled and refused. Without it webhooks are received all the same. */
    DATABASE_URL: DATABASE_URL.optional(),
    ROLLCALL_ACCOUNTS_FILE,
    ROLLCALL_DATA_DIR,
    ROLLCALL_ALLOW_UNSAFE_TOPICS,
    LOG_LEVEL,
    INGEST_HOST: z.string().min(1).default('127.0.0.1').describe('an address to listen on'),
    INGEST_PORT: port(8080),
    /** A balancer needs a moment to see that this host is not ready; until then it sends webhooks here, and they are taken. */
    INGEST_LEAVE_MS: z.coerce.number().int().min(0).max(10_000).default(0).describe('milliseconds, 0 to 10000: how long webhooks are still taken after SIGTERM'),
    INGEST_ADMIN_HOST: z.string().min(1).default('127.0.0.1').describe('an address to listen on'),
    INGEST_ADMIN_PORT: port(9464),
    /** Whose X-Forwarded-For is believed. Without any, a request comes from the other end of its connection. */
    INGEST_TRUSTED_PROXIES: z
      .string()
      .transform((list) => list.split(',').map((network) => network.trim()))
      .pipe(z.array(z.union([z.cidrv4(), z.cidrv6()])).max(64))
      .default([])
      .describe('a comma-separated list of networks, such as 10.0.0.0/8'),
    INGEST_WORKERS: z.coerce.number().int().min(1).max(64).default(1).describe('a number of processes, 1 to 64'),
    INGEST_SPOOL_DIR: z.string().min(1).optional().describe('the path of a folder on a local disk'),
    /** Acknowledged segments of one worker are kept for so long, or less once the spool holds so many bytes or the disk is nearly full. */
    INGEST_SPOOL_KEPT_HOURS: z.coerce.number().min(0).max(720).default(24).describe('a number of hours, 0 to 720'),
    INGEST_SPOOL_BYTES_MAX: z.coerce.number().int().min(1).default(GIB).describe('a number of bytes'),
    KAFKA_ACK_WAIT_MS: z.coerce.number().int().min(0).max(10_000).default(2_000).describe('milliseconds, 0 to 10000: Exotel gives up after 15 seconds'),
  }),
)
export type IngestConfig = z.infer<typeof IngestConfig>
