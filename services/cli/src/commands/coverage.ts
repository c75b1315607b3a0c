import { canonicalTime, DAY, type Instant, MINUTE } from '@rollcall/domain/time'
import { CALLS_MIN, SHARE_PERCENT_MIN, suggestRules } from '@rollcall/domain/window/suggest-rules'
import { coveragePolicyOf } from '@rollcall/exotel/coverage-policy'
import { readJudgements } from '@rollcall/store/reconcile/read-judgements'
import { readSeenWebhooks, SEEN_MAX } from '@rollcall/store/reconcile/read-seen-webhooks'
import { Command } from 'commander'
import type { CliContext } from '../cli-context.ts'
import { CommandError } from '../command-error.ts'
import { accountOf, findCall, onAccounts } from '../connection/on-accounts.ts'
import { callCoverage } from '../coverage/call-coverage.ts'
import { renderCallCoverage } from '../coverage/render-call-coverage.ts'
import { renderSuggestion } from '../coverage/render-suggestion.ts'
import { EXIT } from '../exit-code.ts'
import { operatorTime } from '../options/operator-time.ts'
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
      const shown = await onAccounts(context, 'rollcall-coverage', async (pool, accounts) => {
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
      const suggestion = await onAccounts(context, 'rollcall-coverage', async (pool, accounts) => {
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

const print = (context: CliContext, lines: readonly string[]): void => context.out(lines.map((line) => `${line}\n`).join(''))
