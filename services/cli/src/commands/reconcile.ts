import { Command } from 'commander'
import type { CliContext } from '../cli-context.ts'
import { CommandError } from '../command-error.ts'
import { requireSettings } from '../connection/require-settings.ts'
import { EXIT } from '../exit-code.ts'
import { operatorTime } from '../options/operator-time.ts'
import { renderReconcile } from '../render/render-reconcile.ts'
import { runOneShot } from '../services/run-one-shot.ts'
import { serviceCommand } from '../services/service-command.ts'
import type { StopSignals } from '../terminal/stop-signals.ts'

interface Options {
  readonly account: string
  readonly from: number
  readonly to: number
  readonly json?: boolean
}

export const reconcileCommand = (context: CliContext, signals: () => StopSignals, end: (exitCode: number) => void): Command =>
  new Command('reconcile')
    .summary('reconcile one account over a span of time, now')
    .description(
      'Asks the Exotel API which calls there were in the span, compares them with what is held, appends what is new or changed, and closes what windows it can. For schedulers (cron, Airflow, Kubernetes): one run, an exit code, and a summary. Running it twice is harmless.',
    )
    .requiredOption('--account <sid>', 'an account of the accounts file')
    .requiredOption('--from <time>', 'begin of the span; "2026-01-31 09:30" is IST, 2026-01-31T04:00:00Z is what it says', operatorTime)
    .requiredOption('--to <time>', 'end of the span, itself not in it', operatorTime)
    .option('--json', 'the summary as one JSON line')
    .addHelpText(
      'after',
      `
Exit codes: 0 complete; 1 failed; 2 bad setting; 3 done, but gaps remain (windows
            that cannot be closed yet); 4 another one is running for this account.
Examples:
  rollcall reconcile --account acme --from "2026-01-31 00:00" --to "2026-02-01 00:00"
  rollcall reconcile --account acme --from 2026-01-31 --to 2026-02-01 --json`,
    )
    .action(async ({ account, from, to, json }: Options) => {
      if (from >= to)
        throw new CommandError(`--from ${new Date(from).toISOString()} is not before --to ${new Date(to).toISOString()}; needed is a span that begins before it ends`, EXIT.usage)
      const { settings } = await requireSettings(context)
      const args = ['once', '--account', account, '--from', new Date(from).toISOString(), '--to', new Date(to).toISOString(), '--json']
      const { exitCode, lines } = await runOneShot(serviceCommand(context.root, 'reconciler', args), {
        env: settings,
        signal: signals().stop,
        onProblem: (line) => context.err(`${line}\n`),
      })
      for (const line of json ? lines : lines.flatMap(renderReconcile)) context.out(`${line}\n`)
      end(exitCode)
    })
