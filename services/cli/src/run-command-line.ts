import { Command, CommanderError } from 'commander'
import type { CliContext } from './cli-context.ts'
import { backfillCommand } from './commands/backfill.ts'
import { checkCommand } from './commands/check.ts'
import { coverageCommand } from './commands/coverage.ts'
import { doctorCommand } from './commands/doctor.ts'
import { eraseCommand } from './commands/erase.ts'
import { exportCommand } from './commands/export.ts'
import { ingestCommand } from './commands/ingest.ts'
import { keyCommand } from './commands/key.ts'
import { measuresCommand } from './commands/measures.ts'
import { quarantineCommand } from './commands/quarantine.ts'
import { rebuildCommand } from './commands/rebuild.ts'
import { reconcileCommand } from './commands/reconcile.ts'
import { replayCommand } from './commands/replay.ts'
import { runsCommand } from './commands/runs.ts'
import { simulatorCommand } from './commands/simulator.ts'
import { startCommand } from './commands/start.ts'
import { statusCommand } from './commands/status.ts'
import { timelineCommand } from './commands/timeline.ts'
import { tokenCommand } from './commands/token.ts'
import { verifyCommand } from './commands/verify.ts'
import { EXIT } from './exit-code.ts'
import type { StopSignals } from './terminal/stop-signals.ts'

const HELP_COLUMNS = 100

/** The command line. `signals` begins to listen when a command first asks. */
const buildProgram = (context: CliContext, signals: () => StopSignals, end: (exitCode: number) => void): Command => {
  const program = new Command('rollcall')
    .description('Takes the roll of every Exotel call: webhooks to Kafka, call records in Postgres, and the calls whose webhook never came found again.')
    .addHelpText(
      'after',
      `
Start here:
  rollcall start            everything on this machine, with a simulated Exotel
  rollcall status           what it has done
  rollcall doctor           what is wrong, and what to do

In a clone: npm start, and npm run rollcall -- <command> for the others.
Settings are environment variables: KAFKA_BROKERS, DATABASE_URL,
ROLLCALL_ACCOUNTS_FILE, ROLLCALL_DATA_DIR.
Exit codes: 0 done and complete; 1 failed; 2 bad usage or setting;
            3 done, but gaps remain; 4 another one is running.`,
    )
    .helpCommand('help [command]', 'how to use a command')
  const commands = [
    startCommand(context, signals, end),
    statusCommand(context, end),
    doctorCommand(context, signals, end),
    reconcileCommand(context, signals, end),
    backfillCommand(context, signals, end),
    runsCommand(context, end),
    rebuildCommand(context, signals, end),
    checkCommand(context, signals, end),
    measuresCommand(context, end),
    timelineCommand(context, end),
    tokenCommand(context, end),
    coverageCommand(context, end),
    quarantineCommand(context, signals, end),
    ingestCommand(context, end),
    keyCommand(context, end),
    exportCommand(context, end),
    verifyCommand(context, end),
    eraseCommand(context, end),
    replayCommand(context, signals, end),
    simulatorCommand(context, signals, end),
  ]
  for (const command of commands) program.addCommand(command)
  for (const command of [program, ...commands, ...commands.flatMap(({ commands: inner }) => inner)]) {
    command.exitOverride().showHelpAfterError('(--help shows how it is used)').helpOption('-h, --help', 'how to use this')
    command.configureOutput({
      writeOut: context.out,
      writeErr: context.err,
      getOutHelpWidth: () => Math.min(HELP_COLUMNS, context.screen?.size().columns ?? HELP_COLUMNS),
      getErrHelpWidth: () => Math.min(HELP_COLUMNS, context.screen?.size().columns ?? HELP_COLUMNS),
    })
  }
  return program
}

/** Runs one command line to its exit code. Errors become one readable message each. */
export const runCommandLine = async (args: readonly string[], context: CliContext, signals: () => StopSignals): Promise<number> => {
  let exitCode: number = EXIT.done
  const program = buildProgram(context, signals, (code) => {
    exitCode = code
  })
  try {
    await program.parseAsync([...args], { from: 'user' })
    return exitCode
  } catch (error) {
    // commander has said it already; its own code for every mistake is 1.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage
    context.err(`${error instanceof Error ? error.message : String(error)}\n`)
    const code = (error as { exitCode?: unknown } | null)?.exitCode
    return typeof code === 'number' ? code : EXIT.failed
  }
}
