declare module 'vitest' {
  export interface ProvidedContext {
    /** Comma-separated `host:port`, from the global set-up; empty where no Kafka can be started (never under CI). */
    kafkaBrokers: string
  }
}

export {}
