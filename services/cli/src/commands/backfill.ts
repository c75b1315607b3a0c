import { Command } from 'commander'
import { renderBackfill } from '../backfill/render-backfill.ts'
import type { CliContext } from '../cli-context.ts'
import { requireSettings } from '../connection/require-settings.ts'
import { operatorTime } from '../options/operator-time.ts'
import { rangeArguments } from '../options/range-arguments.ts'
import { runShownOneShot } from '../services/run-shown-one-shot.ts'
import type { StopSignals } from '../terminal/stop-signals.ts'

interface Options {
  readonly account: string
  readonly from: number
  readonly to: number
  readonly dryRun?: boolean
  readonly json?: boolean
}

export const backfillCommand = (context: CliContext, signals: () => StopSignals, end: (exitCode: number) => void): Command =>
  new Command('backfill')
    .summary('read what is long past: a first installation, a long outage')
    .description(
      'Reads the calls of a span of the past from the Exotel API, oldest first, with what budget the RPO leaves. Says first about how many requests and how long it takes. The wish is kept: a running reconciler reads it and this command watches; where none runs, it reads itself. Stopped or killed, the same command (or the reconciler) goes on where it was. Windows become final some ten minutes after they are read, by the reconciler.',
    )
    .requiredOption('--account <sid>', 'an account of the accounts file')
    .requiredOption('--from <time>', 'begin of the span; "2026-01-31 09:30" is IST, 2026-01-31T04:00:00Z is what it says', operatorTime)
    .requiredOption('--to <time>', 'end of the span, itself not in it', operatorTime)
    .option('--dry-run', 'say what it would take, and do nothing')
    .option('--json', 'the summary as one JSON line')
    .addHelpText(
      'after',
      `
Exit codes: 0 read; 1 failed; 2 bad usage or setting; 3 not all of it: what Exotel
            has forgotten (six months) is recorded as a gap, or it was stopped.
Examples:
  rollcall backfill --account acme --from 2026-01-01 --to 2026-03-01 --dry-run
  rollcall backfill --account acme --from "2026-01-31 02:00" --to "2026-01-31 14:00"`,
    )
    .action(async ({ account, from, to, dryRun, json }: Options) => {
      const args = ['backfill', ...rangeArguments({ account, from, to }), ...(dryRun ? ['--dry-run'] : []), '--json']
      const { settings } = await requireSettings(context)
      const { exitCode, lines } = await runShownOneShot(context, 'reconciler', args, settings, signals().stop)
      for (const line of json ? lines : lines.flatMap(renderBackfill)) context.out(`${line}\n`)
      end(exitCode)
    })
