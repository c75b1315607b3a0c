import { Command } from 'commander'
import type { CliContext } from '../cli-context.ts'
import { requireSettings } from '../connection/require-settings.ts'
import { numberOption } from '../options/number-option.ts'
import { operatorTime } from '../options/operator-time.ts'
import { rangeArguments } from '../options/range-arguments.ts'
import { renderReconcile } from '../render/render-reconcile.ts'
import { runShownOneShot } from '../services/run-shown-one-shot.ts'
import type { StopSignals } from '../terminal/stop-signals.ts'

interface Options {
  readonly account: string
  readonly from: number
  readonly to: number
  readonly untilFinal?: boolean
  readonly timeout?: number
  readonly json?: boolean
}

const TIMEOUT_SECONDS_MAX = 9_999_999

export const reconcileCommand = (context: CliContext, signals: () => StopSignals, end: (exitCode: number) => void): Command =>
  new Command('reconcile')
    .summary('reconcile one account over a span of time, now')
    .description(
      'Asks the Exotel API which calls there were in the span, compares them with what is held, appends what is new or changed, and closes what windows it can. For schedulers (cron, Airflow, Kubernetes): one run, an exit code, and a summary. Running it twice is harmless. With --until-final it goes on until every window of the span is final, which a span that ends now is after some four and a half hours: it makes the runs itself, or watches a reconciler that does.',
    )
    .requiredOption('--account <sid>', 'an account of the accounts file')
    .requiredOption('--from <time>', 'begin of the span; "2026-01-31 09:30" is IST, 2026-01-31T04:00:00Z is what it says', operatorTime)
    .requiredOption('--to <time>', 'end of the span, itself not in it', operatorTime)
    .option('--until-final', 'go on until every window of the span is final, or a gap')
    .option(
      '--timeout <seconds>',
      'with --until-final: give up after this long (default: 21600, six hours)',
      numberOption({ min: 1, max: TIMEOUT_SECONDS_MAX, integer: true, example: 21_600 }),
    )
    .option('--json', 'the summary as one JSON line')
    .addHelpText(
      'after',
      `
Exit codes: 0 complete; 1 failed; 2 bad setting; 3 done, but gaps remain (windows
            that cannot be closed yet); 4 another one is running for this account.
Examples:
  rollcall reconcile --account acme --from "2026-01-31 00:00" --to "2026-02-01 00:00"
  rollcall reconcile --account acme --from 2026-01-31 --to 2026-02-01 --until-final --json`,
    )
    .action(async ({ account, from, to, untilFinal, timeout, json }: Options) => {
      const patience = untilFinal ? ['--until-final', ...(timeout === undefined ? [] : ['--timeout', String(timeout)])] : []
      const args = ['once', ...rangeArguments({ account, from, to }), ...patience, '--json']
      const { settings } = await requireSettings(context)
      const { exitCode, lines } = await runShownOneShot(context, 'reconciler', args, settings, signals().stop)
      for (const line of json ? lines : lines.flatMap(renderReconcile)) context.out(`${line}\n`)
      end(exitCode)
    })
