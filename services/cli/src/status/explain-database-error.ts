import { CommandError } from '../command-error.ts'
import { databaseAddress } from '../connection/database-address.ts'
import { EXIT } from '../exit-code.ts'

/** What Postgres's and the socket's codes mean to an operator. `exitCode` 2 where a setting is to be changed. */
const EXPLAINED: Readonly<Record<string, { readonly what: string; readonly exitCode: number }>> = {
  ECONNREFUSED: { what: 'does not answer (ECONNREFUSED); needed is a running Postgres 15 or newer. Start it, or correct DATABASE_URL', exitCode: EXIT.usage },
  ENOTFOUND: { what: 'is not a host that can be found (ENOTFOUND). Correct DATABASE_URL', exitCode: EXIT.usage },
  EAI_AGAIN: { what: 'cannot be looked up just now (EAI_AGAIN). Check the DNS, or correct DATABASE_URL', exitCode: EXIT.failed },
  '28P01': { what: 'refuses the password. Correct DATABASE_URL', exitCode: EXIT.usage },
  '28000': { what: 'refuses the user. Correct DATABASE_URL, or pg_hba.conf there', exitCode: EXIT.usage },
  '3D000': { what: 'has no such database. Create it, or correct DATABASE_URL', exitCode: EXIT.usage },
  '42P01': { what: "does not have Rollcall's tables yet. They are made when the projector or the reconciler first starts", exitCode: EXIT.failed },
  '3F000': { what: "does not have Rollcall's tables yet. They are made when the projector or the reconciler first starts", exitCode: EXIT.failed },
  '42501': { what: "does not let this role read Rollcall's tables. Name the role that owns them in DATABASE_URL", exitCode: EXIT.usage },
}

/** An error of the database in words for an operator; any other error as it is. Never shows the password. */
export const explainDatabaseError = (error: unknown, databaseUrl: string): unknown => {
  const explained = EXPLAINED[String((error as { code?: unknown } | null)?.code)]
  return explained === undefined ? error : new CommandError(`DATABASE_URL names ${databaseAddress(databaseUrl)}, which ${explained.what}.`, explained.exitCode)
}
