import { readAccounts } from '@rollcall/service/read-accounts'
import { listAuditedAccounts } from '@rollcall/store/audit/list-audited-accounts'
import type { Queryable } from '@rollcall/store/queryable'
import { CommandError } from '../command-error.ts'
import { EXIT } from '../exit-code.ts'

/**
 * Refuses accounts that nobody knows. Known is what was reconciled or sent a webhook, for what is evidence stays so when an account leaves the
 * accounts file; and what stands in that file, where one is named, for a token may be made before the first call.
 * @throws CommandError (2) naming the unknown ones and all known ones
 */
export const requireKnownAccounts = async (db: Queryable, accountsFile: string | undefined, sids: readonly string[]): Promise<void> => {
  const audited = await listAuditedAccounts(db)
  if (sids.every((sid) => audited.includes(sid))) return
  const named = accountsFile === undefined ? [] : (await readAccounts(accountsFile)).map(({ sid }) => sid)
  const known = [...new Set([...audited, ...named])].sort()
  const unknown = sids.filter((sid) => !known.includes(sid))
  if (unknown.length > 0) throw new CommandError(`--account is ${unknown.map((sid) => JSON.stringify(sid)).join(', ')}; ${needed(known, accountsFile)}`, EXIT.usage)
}

const needed = (known: readonly string[], accountsFile: string | undefined): string =>
  known.length > 0
    ? `needed is one of ${known.join(', ')}. Correct it, or add the account to the accounts file${accountsFile === undefined ? ' and set ROLLCALL_ACCOUNTS_FILE' : ''}.`
    : `no account is known yet. ${accountsFile === undefined ? 'Set ROLLCALL_ACCOUNTS_FILE to the path of the accounts file' : `Add it to ${accountsFile}`}, or start Rollcall first.`
