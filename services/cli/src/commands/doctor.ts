import { readFile } from 'node:fs/promises'
import { parseConfig } from '@rollcall/service/parse-config'
import { Command } from 'commander'
import type { CliContext } from '../cli-context.ts'
import { ConnectionConfig } from '../connection/connection-config.ts'
import { dataDirectoryOf } from '../connection/data-directory-of.ts'
import { requireSettings } from '../connection/require-settings.ts'
import { evaluateFacts } from '../doctor/evaluate-facts.ts'
import { gatherFacts } from '../doctor/gather-facts.ts'
import { renderDoctor } from '../doctor/render-doctor.ts'
import { shownConfig } from '../doctor/shown-config.ts'
import { EXIT } from '../exit-code.ts'
import type { StopSignals } from '../terminal/stop-signals.ts'

export const doctorCommand = (context: CliContext, signals: () => StopSignals, end: (exitCode: number) => void): Command =>
  new Command('doctor')
    .summary('check everything that Rollcall depends on')
    .description(
      'Checks Node, the event log and the safety of its topics, Postgres with its role and migrations, the accounts file and its secrets, of every account the credentials, the list of calls and the numbers at the Exotel API (not billed), clocks, and the data folder: each ok, warning or failed, with what to do.',
    )
    .option('--print-config', 'print the configuration, secrets left out, and check nothing')
    .option('--json', 'the same as JSON')
    .addHelpText('after', '\nExit codes: 0 nothing failed; 1 something failed; 2 bad setting.\nExamples:\n  rollcall doctor\n  rollcall doctor --print-config')
    .action(async ({ json, printConfig }: { readonly json?: boolean; readonly printConfig?: boolean }) => {
      const { settings, source } = await requireSettings(context)
      if (printConfig) {
        await printSettings(context, settings, source, json ?? false)
        return end(EXIT.done)
      }
      const config = parseConfig(ConnectionConfig, { ...settings, ROLLCALL_DATA_DIR: dataDirectoryOf({ ...context, env: settings }) })
      const checks = evaluateFacts(await gatherFacts(config, context.clock, signals().stop))
      context.out(
        json
          ? `${JSON.stringify({ source, checks })}\n`
          : renderDoctor(checks, context.screen?.colour ?? false)
              .map((line) => `${line}\n`)
              .join(''),
      )
      end(checks.some(({ outcome }) => outcome === 'failed') ? EXIT.failed : EXIT.done)
    })

/** The accounts file names secrets by file and holds none, so it is printed as it is. */
const printSettings = async (context: CliContext, settings: Readonly<Record<string, string | undefined>>, source: string, json: boolean): Promise<void> => {
  const shown = shownConfig(settings)
  const file = settings.ROLLCALL_ACCOUNTS_FILE
  const accounts = file
    ? await readFile(file, 'utf8').then(
        (text) => JSON.parse(text) as unknown,
        (error: Error) => ({ problem: error.message }),
      )
    : null
  if (json) return context.out(`${JSON.stringify({ source, settings: shown, accountsFile: accounts })}\n`)
  context.out(
    `# from ${source}\n${Object.entries(shown)
      .map(([name, value]) => `${name}=${value}\n`)
      .join('')}`,
  )
  if (accounts !== null) context.out(`\n# ${file}\n${JSON.stringify(accounts, null, 2)}\n`)
}
