import { parseConfig } from '@rollcall/service/parse-config'
import { type Account, readAccounts } from '@rollcall/service/read-accounts'
import { createPool, type Pool } from '@rollcall/store/pool'
import { readCallsBySid } from '@rollcall/store/read-calls'
import type { CliContext } from '../cli-context.ts'
import { CommandError } from '../command-error.ts'
import { EXIT } from '../exit-code.ts'
import { explainDatabaseError } from '../status/explain-database-error.ts'
import { ConnectionConfig } from './connection-config.ts'
import { requireSettings } from './require-settings.ts'

/**
 * The one call of this Sid among the accounts.
 * @throws CommandError (1) where there is none, (2) where several accounts have one
 */
export const findCall = async (pool: Pool, accounts: readonly Account[], callSid: string) => {
  const found = (await Promise.all(accounts.map(async (account) => (await readCallsBySid(pool, account.sid, [callSid])).map((call) => ({ account, call }))))).flat()
  const [one] = found
  if (one === undefined)
    throw new CommandError(`No call ${callSid} is known of ${accounts.map(({ sid }) => sid).join(', ')}: neither a webhook nor Exotel's API told of it.`, EXIT.failed)
  if (found.length > 1)
    throw new CommandError(`Several accounts have a call ${callSid}; needed is --account with one of ${found.map(({ account }) => account.sid).join(', ')}`, EXIT.usage)
  return one
}

/** @throws CommandError (2) naming the accounts there are */
export const accountOf = (accounts: readonly Account[], sid: string): Account => {
  const account = accounts.find((candidate) => candidate.sid === sid)
  if (account === undefined)
    throw new CommandError(
      `--account is ${JSON.stringify(sid)}; needed is one of ${accounts.map((candidate) => candidate.sid).join(', ')}, the accounts in the accounts file`,
      EXIT.usage,
    )
  return account
}

/** The database and the accounts file of the installation. @throws CommandError (2) where no accounts file is named. */
export const onAccounts = async <T>(context: CliContext, applicationName: string, read: (pool: Pool, accounts: readonly Account[]) => Promise<T>): Promise<T> => {
  const { settings } = await requireSettings(context)
  const { DATABASE_URL, ROLLCALL_ACCOUNTS_FILE } = parseConfig(ConnectionConfig, settings)
  if (ROLLCALL_ACCOUNTS_FILE === undefined)
    throw new CommandError('ROLLCALL_ACCOUNTS_FILE is not set; needed is the path of the accounts file, which holds the coverage rules. Set the environment variable.', EXIT.usage)
  const accounts = await readAccounts(ROLLCALL_ACCOUNTS_FILE)
  const pool = createPool({ databaseUrl: DATABASE_URL, applicationName, max: 2 })
  try {
    return await read(pool, accounts)
  } catch (error) {
    throw explainDatabaseError(error, DATABASE_URL)
  } finally {
    await pool.end()
  }
}
