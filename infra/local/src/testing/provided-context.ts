/**
 * What the global set-up hands to tests: `inject('kafkaBrokers')`. The merging works across packages because every
 * declaration of it says the same.
 */
declare module 'vitest' {
  export interface ProvidedContext {
    /** Comma-separated `host:port`; empty where no Kafka can be started (never under CI). */
    kafkaBrokers: string
    /** For the role that owns its database: no superuser, no BYPASSRLS. */
    databaseUrl: string
    /** For making a database of its own per test file. */
    superuserUrl: string
  }
}

export {}
