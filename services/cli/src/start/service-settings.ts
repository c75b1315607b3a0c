import type { LocalStack } from '@rollcall/local/start-local-stack'
import type { Ports } from './choose-ports.ts'

/** The settings that every service of this start runs with, by the names of environment variables; also what `status` and `doctor` find in stack.json. */
export const serviceSettings = (given: {
  readonly stack: Pick<LocalStack, 'kafkaBrokers' | 'embeddedLogUrl' | 'databaseUrl'>
  readonly accountsFile: string
  readonly dataDirectory: string
  readonly allowUnsafeTopics: boolean
  readonly workers: number
  readonly ports: Ports
}): Readonly<Record<string, string>> => {
  const { stack, ports } = given
  return {
    // Empty counts as not set, and hides what our own environment may say of the log that was not chosen.
    KAFKA_BROKERS: stack.kafkaBrokers?.join(',') ?? '',
    EMBEDDED_LOG_URL: stack.embeddedLogUrl ?? '',
    DATABASE_URL: stack.databaseUrl,
    ROLLCALL_ACCOUNTS_FILE: given.accountsFile,
    ROLLCALL_DATA_DIR: given.dataDirectory,
    ROLLCALL_ALLOW_UNSAFE_TOPICS: String(given.allowUnsafeTopics),
    INGEST_WORKERS: String(given.workers),
    INGEST_PORT: String(ports.INGEST_PORT),
    INGEST_ADMIN_PORT: String(ports.INGEST_ADMIN_PORT),
    PROJECTOR_ADMIN_PORT: String(ports.PROJECTOR_ADMIN_PORT),
    RECONCILER_ADMIN_PORT: String(ports.RECONCILER_ADMIN_PORT),
    KEEPER_ADMIN_PORT: String(ports.KEEPER_ADMIN_PORT),
    AUDIT_PORT: String(ports.AUDIT_PORT),
    AUDIT_ADMIN_PORT: String(ports.AUDIT_ADMIN_PORT),
  }
}
