declare module 'vitest' {
  export interface ProvidedContext {
    /** Comma-separated `host:port`; empty where no Kafka can be started (never under CI). From the global set-up, like the rest. */
    kafkaBrokers: string
    /** Of the role that owns its database, and of one that may make and drop databases. */
    databaseUrl: string
    superuserUrl: string
  }
}

export {}
