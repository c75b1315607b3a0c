import type { Instant } from '@rollcall/domain/time'
import { Command } from 'commander'
import type { CliContext } from '../cli-context.ts'
import { CommandError } from '../command-error.ts'
import { requireSettings } from '../connection/require-settings.ts'
import { EXIT } from '../exit-code.ts'
import { operatorTime } from '../options/operator-time.ts'
import { renderSpoolReplay } from '../render/render-spool-replay.ts'
import { runOneShot } from '../services/run-one-shot.ts'
import { serviceCommand } from '../services/service-command.ts'
import { clockTime } from '../terminal/clock-time.ts'
import type { StopSignals } from '../terminal/stop-signals.ts'

interface ReplayOptions {
  readonly since: Instant
  readonly until?: Instant
  readonly spool?: string
  readonly json?: boolean
}

export const replayCommand = (context: CliContext, signals: () => StopSignals, end: (exitCode: number) => void): Command =>
  new Command('replay')
    .summary('send again what the spool still holds, where Kafka has lost its newest')
    .description(
      'Appends webhooks from the spool of this host to the event log again. Ingest keeps them for a day after Kafka has acknowledged them, for the power cut that takes several brokers at once. What the log has already folds to the same, ingest may run meanwhile, and doing it twice is harmless. Run it on every ingest host.',
    )
    .requiredOption('--since <time>', 'webhooks received from this on (IST where it has no zone)', operatorTime)
    .option('--until <time>', 'webhooks received before this (default: all)', operatorTime)
    .option('--spool <folder>', "the folder of spools (default: this host's)")
    .option('--json', 'the result as one JSON line')
    .addHelpText(
      'after',
      '\nExit codes: 0 all of them are in the log; 1 failed; 2 bad usage or setting; 3 done, but\n            damaged records were passed over.\nExample:\n  rollcall replay --since "2026-01-31 09:30"',
    )
    .action(async ({ since, until, spool, json }: ReplayOptions) => {
      if (until !== undefined && until <= since)
        throw new CommandError(`--since is ${clockTime(since)} and --until ${clockTime(until)}; needed is an --until after --since`, EXIT.usage)
      const { settings } = await requireSettings(context)
      const args = ['replay', `--since=${since}`, ...(until === undefined ? [] : [`--until=${until}`])]
      const { exitCode, lines } = await runOneShot(serviceCommand(context.root, 'ingest', args), {
        env: { ...settings, ...(spool === undefined ? {} : { INGEST_SPOOL_DIR: spool }) },
        signal: signals().stop,
        onProblem: (line) => context.err(`${line}\n`),
      })
      for (const line of json ? lines : lines.flatMap(renderSpoolReplay)) context.out(`${line}\n`)
      end(exitCode)
    })
