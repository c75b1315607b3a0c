declare module 'vitest' {
  export interface ProvidedContext {
    /** Of a role that may make and drop databases, and of the role that owns them. From the global set-up. */
    superuserUrl: string
    databaseUrl: string
  }
}

export {}
