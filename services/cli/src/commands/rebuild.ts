import { Command } from 'commander'
import type { CliContext } from '../cli-context.ts'
import { requireSettings } from '../connection/require-settings.ts'
import { renderRebuild } from '../render/render-rebuild.ts'
import { runOneShot } from '../services/run-one-shot.ts'
import { serviceCommand } from '../services/service-command.ts'
import type { StopSignals } from '../terminal/stop-signals.ts'

export const rebuildCommand = (context: CliContext, signals: () => StopSignals, end: (exitCode: number) => void): Command =>
  new Command('rebuild')
    .summary('fold the log again from its beginning, and compare')
    .description(
      'Folds the whole event log into a schema beside the live one and compares the digests of all call records: the log alone gives what Postgres holds. The live projection goes on meanwhile. Without an option, --verify is meant.',
    )
    .option('--verify', 'compare, then remove what was folded')
    .option('--swap', 'compare, then put what was folded in the place of the live projection')
    .option('--json', 'the result as one JSON line')
    .addHelpText(
      'after',
      '\nExit codes: 0 the records are the same, or were swapped; 1 failed, or they differ;\n  2 bad setting; 3 stopped before its end, and nothing was changed.\nExample:\n  rollcall rebuild --verify --json',
    )
    .action(async ({ swap, json }: { readonly verify?: boolean; readonly swap?: boolean; readonly json?: boolean }) => {
      const { settings } = await requireSettings(context)
      const command = serviceCommand(context.root, 'projector', ['rebuild', swap ? '--swap' : '--verify', '--json'])
      const { exitCode, lines } = await runOneShot(command, { env: settings, signal: signals().stop, onProblem: (line) => context.err(`${line}\n`) })
      for (const line of json ? lines : lines.flatMap(renderRebuild)) context.out(`${line}\n`)
      end(exitCode)
    })
