import { Command } from 'commander'
import type { CliContext } from '../cli-context.ts'
import { requireSettings } from '../connection/require-settings.ts'
import { runShownOneShot } from '../services/run-shown-one-shot.ts'
import type { StopSignals } from '../terminal/stop-signals.ts'

interface CheckOptions {
  readonly day?: string
  readonly account?: string
  readonly random?: boolean
  readonly seed?: string
  readonly json?: boolean
}

export const checkCommand = (context: CliContext, signals: () => StopSignals, end: (exitCode: number) => void): Command =>
  new Command('check')
    .summary('fold one day from the log again, and compare its calls')
    .description(
      'Folds the calls of one day (IST, by their creation) from the event log again and compares them with those in Postgres, column by column; where the digests differ it names the calls. The live projection goes on meanwhile. What was found is told in rollcall.audit.v1. The projector does the same with a closed day that it chooses by chance, every hour.',
    )
    .option('--day <day>', 'the day, such as 2026-11-25')
    .option('--account <sid>', 'of this account alone')
    .option('--random', 'a closed day that is chosen by chance, unless one was within the hour')
    .option('--seed <text>', 'choose by this')
    .option('--json', 'a JSON line for each day')
    .addHelpText(
      'after',
      '\nExit codes: 0 equal, or nothing to check; 1 failed, or stopped; 2 bad usage or setting;\n            3 something differs; 4 another check is running.\nExample:\n  rollcall check --day 2026-11-25 --account acme',
    )
    .action(async ({ day, account, random, seed, json }: CheckOptions) => {
      const { settings } = await requireSettings(context)
      const args = [...option('--day', day), ...option('--account', account), ...(random ? ['--random'] : []), ...option('--seed', seed), ...(json ? ['--json'] : [])]
      const { exitCode, lines } = await runShownOneShot(context, 'projector', ['check', ...args], settings, signals().stop)
      for (const line of lines) context.out(`${line}\n`)
      end(exitCode)
    })

/** With an equals sign: a value may begin with a dash. */
const option = (name: string, value: string | undefined): readonly string[] => (value === undefined ? [] : [`${name}=${value}`])
