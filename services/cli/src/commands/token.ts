import { SCOPES, type Scope } from '@rollcall/contracts/audit-api/session'
import { canonicalTime } from '@rollcall/domain/time'
import { parseConfig } from '@rollcall/service/parse-config'
import { issueToken, TOKEN_DAYS_MAX } from '@rollcall/store/audit/issue-token'
import { listTokens, revokeToken } from '@rollcall/store/audit/tokens'
import { createPool, type Pool } from '@rollcall/store/pool'
import { Command, InvalidArgumentError } from 'commander'
import type { CliContext } from '../cli-context.ts'
import { CommandError } from '../command-error.ts'
import { ConnectionConfig } from '../connection/connection-config.ts'
import { requireKnownAccounts } from '../connection/known-accounts.ts'
import { requireSettings } from '../connection/require-settings.ts'
import { EXIT } from '../exit-code.ts'
import { numberOption } from '../options/number-option.ts'
import { explainDatabaseError } from '../status/explain-database-error.ts'
import { renderTokens } from '../token/render-tokens.ts'

const DAYS_DEFAULT = 30
const SUBJECT_CHARACTERS_MAX = 128

export const tokenCommand = (context: CliContext, end: (exitCode: number) => void): Command =>
  new Command('token')
    .summary('who may ask the audit API: create, list, revoke')
    .description('Tokens of the audit API and its page. Only the hash of a token is kept: its text is shown once, when it is made.')
    .addHelpText('after', '\nExamples:\n  rollcall token create --for "Asha, internal audit" --account acme --days 30\n  rollcall token list\n  rollcall token revoke 4f2a91c0')
    .addCommand(createCommand(context, end))
    .addCommand(listCommand(context, end))
    .addCommand(revokeCommand(context, end))

interface CreateOptions {
  readonly for: string
  readonly scope: readonly Scope[]
  readonly account?: readonly string[]
  readonly allAccounts?: boolean
  readonly days: number
  readonly json?: boolean
}

const createCommand = (context: CliContext, end: (exitCode: number) => void): Command =>
  new Command('create')
    .summary('makes a token and shows it, once')
    .description(`Makes a token and shows it, once. It allows reading with personal data masked, unless scopes are given: ${SCOPES.join(', ')}.`)
    .requiredOption('--for <who>', 'whose it is; this name stands beside everything they do', subject)
    .option('--scope <scopes>', 'what it allows, separated by commas', scopes, ['audit:read' as Scope])
    .option('--account <sids>', 'accounts it sees, separated by commas', (text: string) => text.split(',').map((sid) => sid.trim()))
    .option('--all-accounts', 'it sees every account, also future ones')
    .option('--days <count>', 'how long it is valid', numberOption({ min: 1, max: TOKEN_DAYS_MAX, integer: true, example: DAYS_DEFAULT }), DAYS_DEFAULT)
    .option('--json', 'the same as JSON')
    .addHelpText(
      'after',
      '\nExit codes: 0 made; 1 failed; 2 bad usage or setting.\nExample:\n  rollcall token create --for "Asha, internal audit" --account acme --scope audit:read,pii:read',
    )
    .action(async ({ for: who, scope, account, allAccounts, days, json }: CreateOptions) => {
      if ((account === undefined) === (allAccounts !== true)) throw new CommandError('Needed is either --account with the accounts that it sees, or --all-accounts.', EXIT.usage)
      const made = await onDatabase(context, async (pool, { ROLLCALL_ACCOUNTS_FILE }) => {
        if (account !== undefined) await requireKnownAccounts(pool, ROLLCALL_ACCOUNTS_FILE, account)
        return issueToken(pool, { subject: who, scopes: scope, accounts: account ?? null, days, now: context.clock() })
      })
      const expiresAt = canonicalTime(made.expiresAt)
      context.out(
        json
          ? `${JSON.stringify({ ...made, expiresAt })}\n`
          : `${made.token}\n\nIts name is ${made.id}; it is valid until ${expiresAt}. It is not shown again.\nSend it as Authorization: Bearer <token>, or paste it into the page.\n`,
      )
      end(EXIT.done)
    })

const listCommand = (context: CliContext, end: (exitCode: number) => void): Command =>
  new Command('list')
    .summary('all tokens, latest first')
    .description('Shows who has a token, what it allows and until when; never the token.')
    .option('--json', 'the same as JSON')
    .action(async ({ json }: { readonly json?: boolean }) => {
      const tokens = await onDatabase(context, listTokens)
      context.out(
        json
          ? `${JSON.stringify(tokens)}\n`
          : renderTokens(tokens, context.clock())
              .map((line) => `${line}\n`)
              .join(''),
      )
      end(EXIT.done)
    })

const revokeCommand = (context: CliContext, end: (exitCode: number) => void): Command =>
  new Command('revoke')
    .summary('ends a token at once')
    .description('Ends a token at once. It stays in the list.')
    .argument('<name>', 'its name, as list shows it')
    .action(async (id: string) => {
      const outcome = await onDatabase(context, (pool) => revokeToken(pool, id, context.clock()))
      if (outcome === 'unknown') throw new CommandError(`There is no token ${JSON.stringify(id)}; rollcall token list shows all.`, EXIT.usage)
      context.out(`Token ${id} is revoked.\n`)
      end(EXIT.done)
    })

const subject = (text: string): string => {
  const name = text.trim()
  if (name === '' || name.length > SUBJECT_CHARACTERS_MAX || /\p{C}/u.test(name))
    throw new InvalidArgumentError(`Needed is a name of at most ${SUBJECT_CHARACTERS_MAX} characters.`)
  return name
}

const scopes = (text: string): readonly Scope[] =>
  text.split(',').map((word) => {
    const scope = SCOPES.find((known) => known === word.trim())
    if (scope === undefined) throw new InvalidArgumentError(`Needed are some of ${SCOPES.join(', ')}.`)
    return scope
  })

const onDatabase = async <T>(context: CliContext, work: (pool: Pool, config: ConnectionConfig) => Promise<T>): Promise<T> => {
  const { settings } = await requireSettings(context)
  const config = parseConfig(ConnectionConfig, settings)
  const { DATABASE_URL } = config
  const pool = createPool({ databaseUrl: DATABASE_URL, applicationName: 'rollcall-token', max: 1 })
  try {
    return await work(pool, config)
  } catch (error) {
    throw error instanceof CommandError ? error : explainDatabaseError(error, DATABASE_URL)
  } finally {
    await pool.end()
  }
}
