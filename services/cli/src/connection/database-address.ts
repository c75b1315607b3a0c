import { parseDatabaseUrl } from '@rollcall/contracts/database-url'

/** Where a database is, without user and password: `db:5432/rollcall`. */
export const databaseAddress = (databaseUrl: string): string => parseDatabaseUrl(databaseUrl).address
