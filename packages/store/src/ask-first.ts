import { parseDatabaseUrl } from '@rollcall/contracts/database-url'
import { StoreUnavailableError } from './errors.ts'

/** Asks what a service asks of its database before anything else. @throws DatabaseUnreachableError where it does not answer; otherwise what `ask` throws */
export const askFirst = async <T>(databaseUrl: string, ask: () => Promise<T>): Promise<T> => {
  try {
    return await ask()
  } catch (error) {
    const code = (error as { code?: unknown }).code
    if (typeof code === 'string' && code.startsWith('E')) throw new DatabaseUnreachableError(databaseUrl, error)
    throw error
  }
}

/** The database did not answer when it was first asked: more likely a wrong address than an outage, so an operator is told. */
class DatabaseUnreachableError extends StoreUnavailableError {
  readonly exitCode = 2
  constructor(databaseUrl: string, cause: unknown) {
    super(
      `DATABASE_URL names ${parseDatabaseUrl(databaseUrl).address}, which does not answer (${(cause as { code?: string }).code}); needed is a running Postgres 15 or newer. Start it, or correct DATABASE_URL.`,
      { cause },
    )
  }
}
