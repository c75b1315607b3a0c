import { isDatabaseUrl } from '@rollcall/contracts/database-url'
import { LOG_LEVELS } from '@rollcall/telemetry/create-logger'
import { z } from 'zod'

/**
 * The settings that several services share. A service's own schema spreads what it needs of them:
 * `oneEventLog(z.object({ KAFKA_BROKERS: commonConfig.KAFKA_BROKERS, … }))`.
 */
export const commonConfig = {
  KAFKA_BROKERS: z
    .string()
    .transform((list) => list.split(',').map((broker) => broker.trim()))
    .pipe(z.array(z.string().regex(/^(\[[0-9a-fA-F:]+\]|[^\s:/]+):[0-9]{1,5}$/)).min(1))
    .optional()
    .describe('a comma-separated list of host:port'),
  EMBEDDED_LOG_URL: z
    .url({ protocol: /^http$/ })
    .optional()
    .describe('the http address of an embedded log'),
  DATABASE_URL: z
    .string()
    .refine(isDatabaseUrl)
    .describe('a Postgres connection string, such as postgres://user@host:5432/rollcall; of several hosts, postgres://user@host1:5432,host2:5432/rollcall'),
  ROLLCALL_ACCOUNTS_FILE: z.string().min(1).describe('the path of the accounts file'),
  ROLLCALL_DATA_DIR: z.string().min(1).default('.rollcall').describe('the path of a folder that Rollcall may write to'),
  ROLLCALL_ALLOW_UNSAFE_TOPICS: z.stringbool().default(false).describe('true or false'),
  ROLLCALL_COMMIT: z
    .string()
    .regex(/^[0-9a-f]{40}$/)
    .optional()
    .describe('the commit that this was built from, 40 hexadecimal digits'),
  LOG_LEVEL: z
    .enum(LOG_LEVELS)
    .default('info')
    .describe(`one of ${LOG_LEVELS.join(', ')}`),
}

/** A TCP port to listen on; 0 lets the system choose. */
export const port = (fallback: number) => z.coerce.number().int().min(0).max(65_535).default(fallback).describe('a TCP port, 0 to 65535')

/** Adds the rule that exactly one event log is configured. */
export const oneEventLog = <Shape extends z.ZodRawShape & Pick<typeof commonConfig, 'KAFKA_BROKERS' | 'EMBEDDED_LOG_URL'>>(schema: z.ZodObject<Shape>): z.ZodObject<Shape> =>
  schema.superRefine((config, context) => {
    const { KAFKA_BROKERS, EMBEDDED_LOG_URL } = config as { KAFKA_BROKERS?: readonly string[]; EMBEDDED_LOG_URL?: string }
    if ((KAFKA_BROKERS === undefined) !== (EMBEDDED_LOG_URL === undefined)) return
    const state = KAFKA_BROKERS === undefined ? 'neither is set' : 'both are set'
    context.addIssue({
      code: 'custom',
      message: `KAFKA_BROKERS or EMBEDDED_LOG_URL: ${state}; needed is exactly one. Set KAFKA_BROKERS=host:port,… for Kafka, or run 'rollcall start', which starts a log and sets the right one.`,
    })
  })
