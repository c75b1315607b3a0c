declare module 'vitest' {
  export interface ProvidedContext {
    /** Of the role that owns its database, and of one that may make and drop databases. From the global set-up. */
    databaseUrl: string
    superuserUrl: string
  }
}

export {}
