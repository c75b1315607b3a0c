import { SCOPES, type Scope } from '@rollcall/contracts/audit-api/session'
import { TOKEN_ACCOUNTS_MAX } from '@rollcall/contracts/token-action'
import { canonicalTime } from '@rollcall/domain/time'
import { openEventLog } from '@rollcall/event-log/open-event-log'
import { parseConfig } from '@rollcall/service/parse-config'
import { issueToken, TOKEN_DAYS_MAX } from '@rollcall/store/audit/issue-token'
import { listTokens, revokeToken } from '@rollcall/store/audit/tokens'
import { createPool, type Pool } from '@rollcall/store/pool'
import { Command, InvalidArgumentError } from 'commander'
import { createRecorder, type RecordAction } from '../audit/record-action.ts'
import { unrecorded } from '../audit/unrecorded.ts'
import type { CliContext } from '../cli-context.ts'
import { CommandError } from '../command-error.ts'
import { ConnectionConfig } from '../connection/connection-config.ts'
import { requireKnownAccounts } from '../connection/known-accounts.ts'
import { requireSettings } from '../connection/require-settings.ts'
import { EXIT } from '../exit-code.ts'
import { numberOption } from '../options/number-option.ts'
import { personName } from '../options/person-name.ts'
import { explainDatabaseError } from '../status/explain-database-error.ts'
import { renderTokens } from '../token/render-tokens.ts'
import { tellToken } from '../token/tell-token.ts'

const DAYS_DEFAULT = 30

export const tokenCommand = (context: CliContext, end: (exitCode: number) => void): Command =>
  new Command('token')
    .summary('who may ask the audit API: create, list, revoke')
    .description(
      'Tokens of the audit API and its page. Only the hash of a token is kept: its text is shown once, when it is made. That one is made or revoked is recorded in rollcall.audit.v1 before it is so, with the name that --by tells.',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  rollcall token create --for "Asha, internal audit" --account acme --days 30 --by Ravi\n  rollcall token list\n  rollcall token revoke 4f2a91c0 --by Ravi',
    )
    .addCommand(createCommand(context, end))
    .addCommand(listCommand(context, end))
    .addCommand(revokeCommand(context, end))

interface CreateOptions {
  readonly for: string
  readonly by: string
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
    .requiredOption('--for <who>', 'whose it is; this name stands beside everything they do', personName)
    .requiredOption('--by <who>', 'who makes it; this name stands in the audit log, as it is told', personName)
    .option('--scope <scopes>', 'what it allows, separated by commas', scopes, ['audit:read' as Scope])
    .option('--account <sids>', 'accounts it sees, separated by commas', sids)
    .option('--all-accounts', 'it sees every account, also future ones')
    .option('--days <count>', 'how long it is valid', numberOption({ min: 1, max: TOKEN_DAYS_MAX, integer: true, example: DAYS_DEFAULT }), DAYS_DEFAULT)
    .option('--json', 'the same as JSON')
    .addHelpText(
      'after',
      '\nExit codes: 0 made; 1 failed, as where the log is away; 2 bad usage or setting.\nExample:\n  rollcall token create --for Asha --account acme --scope audit:read,pii:read --by Ravi',
    )
    .action(async ({ for: who, by, scope, account, allAccounts, days, json }: CreateOptions) => {
      if ((account === undefined) === (allAccounts !== true)) throw new CommandError('Needed is either --account with the accounts that it sees, or --all-accounts.', EXIT.usage)
      const made = await onDatabase(context, async (pool, config) => {
        if (account !== undefined) await requireKnownAccounts(pool, config.ROLLCALL_ACCOUNTS_FILE, account)
        const now = context.clock()
        return recording(context, pool, config, (record) =>
          issueToken(pool, { subject: who, scopes: scope, accounts: account ?? null, days, now }, tellToken(record, 'token-created', { at: now, by })),
        )
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
    .requiredOption('--by <who>', 'who revokes it; this name stands in the audit log, as it is told', personName)
    .action(async (id: string, { by }: { readonly by: string }) => {
      const outcome = await onDatabase(context, (pool, config) =>
        recording(context, pool, config, (record) => {
          const now = context.clock()
          return revokeToken(pool, id, now, tellToken(record, 'token-revoked', { at: now, by }))
        }),
      )
      if (outcome === 'unknown') throw new CommandError(`There is no token ${JSON.stringify(id)}; rollcall token list shows all.`, EXIT.usage)
      context.out(`Token ${id} is revoked.\n`)
      end(EXIT.done)
    })

const scopes = (text: string): readonly Scope[] =>
  text.split(',').map((word) => {
    const scope = SCOPES.find((known) => known === word.trim())
    if (scope === undefined) throw new InvalidArgumentError(`Needed are some of ${SCOPES.join(', ')}.`)
    return scope
  })

const sids = (text: string): readonly string[] => {
  const named = [...new Set(text.split(',').map((sid) => sid.trim()))]
  if (named.length > TOKEN_ACCOUNTS_MAX) throw new InvalidArgumentError(`Needed are at most ${TOKEN_ACCOUNTS_MAX} accounts, or --all-accounts.`)
  return named
}

/** Work that stands in the audit log before it is done. */
const recording = async <T>(context: CliContext, pool: Pool, { KAFKA_BROKERS, EMBEDDED_LOG_URL }: ConnectionConfig, work: (record: RecordAction) => Promise<T>): Promise<T> => {
  const log = await openEventLog({ kafkaBrokers: KAFKA_BROKERS, embeddedLogUrl: EMBEDDED_LOG_URL, clientId: 'rollcall-token' }).catch(unrecorded)
  try {
    return await work(createRecorder({ log, pool, clock: context.clock }))
  } finally {
    await log.close()
  }
}

const onDatabase = async <T>(context: CliContext, work: (pool: Pool, config: ConnectionConfig) => Promise<T>): Promise<T> => {
  const { settings } = await requireSettings(context)
  const config = parseConfig(ConnectionConfig, settings)
  const { DATABASE_URL } = config
  const pool = createPool({ databaseUrl: DATABASE_URL, applicationName: 'rollcall-token', max: 2 })
  try {
    return await work(pool, config)
  } catch (error) {
    throw error instanceof CommandError ? error : explainDatabaseError(error, DATABASE_URL)
  } finally {
    await pool.end()
  }
}
