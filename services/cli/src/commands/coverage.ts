import { canonicalTime, DAY, type Instant, MINUTE } from '@rollcall/domain/time'
import { CALLS_MIN, SHARE_PERCENT_MIN, suggestRules } from '@rollcall/domain/window/suggest-rules'
import { coveragePolicyOf } from '@rollcall/exotel/coverage-policy'
import { parseConfig } from '@rollcall/service/parse-config'
import { type Account, readAccounts } from '@rollcall/service/read-accounts'
import { createPool, type Pool } from '@rollcall/store/pool'
import { readCallsBySid } from '@rollcall/store/read-calls'
import { readJudgements } from '@rollcall/store/reconcile/read-judgements'
import { readSeenWebhooks, SEEN_MAX } from '@rollcall/store/reconcile/read-seen-webhooks'
import { Command } from 'commander'
import type { CliContext } from '../cli-context.ts'
import { CommandError } from '../command-error.ts'
import { ConnectionConfig } from '../connection/connection-config.ts'
import { requireSettings } from '../connection/require-settings.ts'
import { callCoverage } from '../coverage/call-coverage.ts'
import { renderCallCoverage } from '../coverage/render-call-coverage.ts'
import { renderSuggestion } from '../coverage/render-suggestion.ts'
import { EXIT } from '../exit-code.ts'
import { operatorTime } from '../options/operator-time.ts'
import { explainDatabaseError } from '../status/explain-database-error.ts'
import { clockTime } from '../terminal/clock-time.ts'

export const coverageCommand = (context: CliContext, end: (exitCode: number) => void): Command =>
  new Command('coverage')
    .summary('which webhooks calls should have had: explain, suggest')
    .description("Coverage rules say which webhooks a call should have had; they stand in the accounts file under an account's coverage (docs/coverage.md).")
    .addHelpText('after', '\nExamples:\n  rollcall coverage explain 5f3a…\n  rollcall coverage suggest --account acme')
    .addCommand(explainCommand(context, end))
    .addCommand(suggestCommand(context, end))

const explainCommand = (context: CliContext, end: (exitCode: number) => void): Command =>
  new Command('explain')
    .summary('why a call should have had which webhooks')
    .description(
      'Shows, for one call: every coverage rule in order and the condition that failed, what was expected and by when, what came, and what was judged, now and before. Asks Exotel nothing.',
    )
    .argument('<CallSid>', "the call's Sid")
    .option('--account <sid>', 'whose call it is, where several accounts have one of this Sid')
    .option('--json', 'the same as JSON')
    .addHelpText('after', '\nExit codes: 0 shown; 1 failed, or there is no such call; 2 bad usage or setting.\nExample:\n  rollcall coverage explain 5f3a… --account acme')
    .action(async (callSid: string, { account: sid, json }: { readonly account?: string; readonly json?: boolean }) => {
      const shown = await onAccounts(context, async (pool, accounts) => {
        const { account, call } = await findCall(pool, sid === undefined ? accounts : [accountOf(accounts, sid)], callSid)
        return callCoverage(call, coveragePolicyOf(account), await readJudgements(pool, account.sid, callSid))
      })
      print(context, json ? [JSON.stringify(shown)] : renderCallCoverage(shown))
      end(EXIT.done)
    })

/** What is suggested from, where nothing else is asked for. */
const SUGGESTED_FROM_MS = 7 * DAY
/** A call's webhooks may still be under way for so long after its end. */
const UNDER_WAY_MS = 10 * MINUTE

const suggestCommand = (context: CliContext, end: (exitCode: number) => void): Command =>
  new Command('suggest')
    .summary('rules for what calls had, to be pasted into the accounts file')
    .description(
      `Counts, per direction and ExoPhone, the calls that ended and how many had which webhook, and proposes a rule where at least ${SHARE_PERCENT_MIN} % of at least ${CALLS_MIN} calls had one. It shows what was, and cannot know what should be: look before you paste. Asks Exotel nothing.`,
    )
    .requiredOption('--account <sid>', 'whose calls')
    .option('--from <time>', 'calls created from this on (IST where it has no zone; default: the last 7 days)', operatorTime)
    .option('--to <time>', 'calls created before this (default: now)', operatorTime)
    .option('--json', 'the same as JSON')
    .addHelpText(
      'after',
      '\nExit codes: 0 shown, whether or not there is a rule to propose; 1 failed; 2 bad usage or setting.\nExample:\n  rollcall coverage suggest --account acme --from 2026-01-01 --to 2026-02-01',
    )
    .action(async ({ account: sid, json, ...range }: { readonly account: string; readonly from?: Instant; readonly to?: Instant; readonly json?: boolean }) => {
      const now = context.clock()
      const to = range.to ?? now
      const from = range.from ?? to - SUGGESTED_FROM_MS
      if (from >= to) throw new CommandError(`--from is ${clockTime(from)} and --to ${clockTime(to)}; needed is a --to after --from`, EXIT.usage)
      const suggestion = await onAccounts(context, async (pool, accounts) => {
        const account = accountOf(accounts, sid)
        const seen = await readSeenWebhooks(pool, sid, { from, to, endedBefore: now - UNDER_WAY_MS, limit: SEEN_MAX + 1 })
        if (seen.length > SEEN_MAX)
          throw new CommandError(
            `The calls from ${clockTime(from)} to ${clockTime(to)} are of more than ${SEEN_MAX} kinds; needed is a shorter time. Set --from and --to.`,
            EXIT.failed,
          )
        return { account: sid, from: canonicalTime(from), to: canonicalTime(to), ...suggestRules(seen, coveragePolicyOf(account).phoneKey) }
      })
      print(context, json ? [JSON.stringify(suggestion)] : renderSuggestion(suggestion))
      end(EXIT.done)
    })

const findCall = async (pool: Pool, accounts: readonly Account[], callSid: string) => {
  const found = (await Promise.all(accounts.map(async (account) => (await readCallsBySid(pool, account.sid, [callSid])).map((call) => ({ account, call }))))).flat()
  const [one] = found
  if (one === undefined)
    throw new CommandError(`No call ${callSid} is known of ${accounts.map(({ sid }) => sid).join(', ')}: neither a webhook nor Exotel's API told of it.`, EXIT.failed)
  if (found.length > 1)
    throw new CommandError(`Several accounts have a call ${callSid}; needed is --account with one of ${found.map(({ account }) => account.sid).join(', ')}`, EXIT.usage)
  return one
}

const accountOf = (accounts: readonly Account[], sid: string): Account => {
  const account = accounts.find((candidate) => candidate.sid === sid)
  if (account === undefined)
    throw new CommandError(
      `--account is ${JSON.stringify(sid)}; needed is one of ${accounts.map((candidate) => candidate.sid).join(', ')}, the accounts in the accounts file`,
      EXIT.usage,
    )
  return account
}

/** The database and the accounts file of the installation. @throws CommandError (2) where no accounts file is named. */
const onAccounts = async <T>(context: CliContext, read: (pool: Pool, accounts: readonly Account[]) => Promise<T>): Promise<T> => {
  const { settings } = await requireSettings(context)
  const { DATABASE_URL, ROLLCALL_ACCOUNTS_FILE } = parseConfig(ConnectionConfig, settings)
  if (ROLLCALL_ACCOUNTS_FILE === undefined)
    throw new CommandError('ROLLCALL_ACCOUNTS_FILE is not set; needed is the path of the accounts file, which holds the coverage rules. Set the environment variable.', EXIT.usage)
  const accounts = await readAccounts(ROLLCALL_ACCOUNTS_FILE)
  const pool = createPool({ databaseUrl: DATABASE_URL, applicationName: 'rollcall-coverage', max: 2 })
  try {
    return await read(pool, accounts)
  } catch (error) {
    throw explainDatabaseError(error, DATABASE_URL)
  } finally {
    await pool.end()
  }
}

const print = (context: CliContext, lines: readonly string[]): void => context.out(lines.map((line) => `${line}\n`).join(''))
