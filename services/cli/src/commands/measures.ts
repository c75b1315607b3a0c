import { canonicalTime, DAY, HOUR, type Instant } from '@rollcall/domain/time'
import { WINDOW_MS, windowAt } from '@rollcall/domain/window/window'
import { readCompleteness } from '@rollcall/store/measures/read-completeness'
import { readTimeliness } from '@rollcall/store/measures/read-timeliness'
import { readWebhookYield } from '@rollcall/store/measures/read-webhook-yield'
import { Command } from 'commander'
import type { CliContext } from '../cli-context.ts'
import { CommandError } from '../command-error.ts'
import { accountOf, onAccounts } from '../connection/on-accounts.ts'
import { EXIT } from '../exit-code.ts'
import { isComplete, type Measures } from '../measures/measures.ts'
import { renderMeasures } from '../measures/render-measures.ts'
import { operatorTime } from '../options/operator-time.ts'
import { clockTime } from '../terminal/clock-time.ts'

/** Windows close after the longest call and its settling: what is older than this has had its time. */
const CLOSED_AGE_MS = 5 * HOUR

interface MeasuresOptions {
  readonly account: string
  readonly from?: Instant
  readonly to?: Instant
  readonly json?: boolean
}

export const measuresCommand = (context: CliContext, end: (exitCode: number) => void): Command =>
  new Command('measures')
    .summary('completeness, timeliness and webhook yield of a time, each by itself')
    .description(
      'Shows, for the calls that Exotel created in a time: how many of those it lists in closed windows are held, verified and exact; how soon their ends and recordings were durable, by how they came; and how many expected webhooks arrived. The range is widened to whole windows of five minutes (docs/measures.md). Asks Exotel nothing.',
    )
    .requiredOption('--account <sid>', 'whose calls')
    .option('--from <time>', 'calls created from this on (IST where it has no zone; default: a day before --to)', operatorTime)
    .option('--to <time>', 'calls created before this (default: five hours ago, since when all windows should be closed)', operatorTime)
    .option('--json', 'the same as JSON')
    .addHelpText(
      'after',
      '\nExit codes: 0 complete; 1 failed; 2 bad usage or setting;\n            3 a window of the time is not closed, or a call in one is not held as listed.\nExample:\n  rollcall measures --account acme --from 2026-01-31 --to 2026-02-01',
    )
    .action(async ({ account: sid, json, ...given }: MeasuresOptions) => {
      const to = given.to ?? context.clock() - CLOSED_AGE_MS
      const from = given.from ?? to - DAY
      if (from >= to) throw new CommandError(`--from is ${clockTime(from)} and --to ${clockTime(to)}; needed is a --to after --from`, EXIT.usage)
      const range = { from: windowAt(from).from, to: Math.ceil(to / WINDOW_MS) * WINDOW_MS }
      const measures = await onAccounts(context, 'rollcall-measures', async (pool, accounts): Promise<Measures> => {
        const account = accountOf(accounts, sid).sid
        const completeness = await readCompleteness(pool, account, range)
        return {
          account,
          from: canonicalTime(range.from),
          to: canonicalTime(range.to),
          complete: isComplete(completeness),
          completeness,
          timeliness: await readTimeliness(pool, account, range),
          webhooks: await readWebhookYield(pool, account, range),
        }
      })
      context.out((json ? [JSON.stringify(measures)] : renderMeasures(measures)).map((line) => `${line}\n`).join(''))
      end(measures.complete ? EXIT.done : EXIT.gapsRemain)
    })
