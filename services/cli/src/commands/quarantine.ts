import { parseConfig } from '@rollcall/service/parse-config'
import { createPool, type Pool } from '@rollcall/store/pool'
import { type LetterPlace, listDeadLetters } from '@rollcall/store/quarantine/list-dead-letters'
import { readDeadLetter } from '@rollcall/store/quarantine/read-dead-letter'
import { Command } from 'commander'
import type { CliContext } from '../cli-context.ts'
import { CommandError } from '../command-error.ts'
import { ConnectionConfig } from '../connection/connection-config.ts'
import { requireSettings } from '../connection/require-settings.ts'
import { EXIT } from '../exit-code.ts'
import { numberOption } from '../options/number-option.ts'
import { letterId, letterPlace } from '../quarantine/letter-id.ts'
import { letterView } from '../quarantine/letter-view.ts'
import { renderLetter } from '../quarantine/render-letter.ts'
import { renderLetters } from '../quarantine/render-letters.ts'
import { renderReplay } from '../quarantine/render-replay.ts'
import { runOneShot } from '../services/run-one-shot.ts'
import { serviceCommand } from '../services/service-command.ts'
import { explainDatabaseError } from '../status/explain-database-error.ts'
import type { StopSignals } from '../terminal/stop-signals.ts'

const LISTED_DEFAULT = 50
const LISTED_MAX = 10_000

export const quarantineCommand = (context: CliContext, signals: () => StopSignals, end: (exitCode: number) => void): Command =>
  new Command('quarantine')
    .summary('webhooks that no reader understands: list, show, replay')
    .description(
      'Dead letters: webhooks that were kept, byte for byte, although no reader understands them. Their record stands in the event log for ever; a dead letter is named by its place there, partition:offset.',
    )
    .addHelpText('after', '\nExamples:\n  rollcall quarantine list\n  rollcall quarantine show 3:1042\n  rollcall quarantine replay --all')
    .addCommand(listCommand(context, end))
    .addCommand(showCommand(context, end))
    .addCommand(replayCommand(context, signals, end))

const listCommand = (context: CliContext, end: (exitCode: number) => void): Command =>
  new Command('list')
    .summary('dead letters with their reasons, newest first')
    .description('Shows dead letters with their reasons, newest first.')
    .option('--account <sid>', 'only of this account')
    .option('--reason <text>', 'only those whose reason has this text in it')
    .option('--limit <count>', 'how many to show', numberOption({ min: 1, max: LISTED_MAX, integer: true, example: LISTED_DEFAULT }), LISTED_DEFAULT)
    .option('--json', 'the same as JSON')
    .addHelpText('after', '\nExit codes: 0 shown; 1 failed; 2 bad setting.\nExample:\n  rollcall quarantine list --account acme --reason "not valid JSON"')
    .action(async ({ limit, json, ...choice }: { readonly account?: string; readonly reason?: string; readonly limit: number; readonly json?: boolean }) => {
      const listed = await onDatabase(context, (pool) => listDeadLetters(pool, choice, limit))
      if (json)
        context.out(
          `${JSON.stringify({ count: listed.count, letters: listed.letters.map(({ partition, logOffset, ...letter }) => ({ id: letterId({ partition, logOffset }), ...letter })) })}\n`,
        )
      else print(context, renderLetters(listed))
      end(EXIT.done)
    })

const showCommand = (context: CliContext, end: (exitCode: number) => void): Command =>
  new Command('show')
    .summary('one dead letter: its reason, its headers, its bytes')
    .description(
      'Shows one dead letter, and what this release makes of it. Escape sequences in it are shown and not obeyed; the values of its parameters are hidden, since they may be personal, unless --reveal is given.',
    )
    .argument('<id>', 'its name, as list shows it', letterPlace)
    .option('--reveal', 'show the values too')
    .option('--json', 'the same as JSON; with --reveal, with the whole payload in base64')
    .addHelpText('after', '\nExit codes: 0 shown; 1 failed, or there is no such letter; 2 bad usage or setting.\nExample:\n  rollcall quarantine show 3:1042 --reveal')
    .action(async (place: LetterPlace, { reveal = false, json }: { readonly reveal?: boolean; readonly json?: boolean }) => {
      const letter = await onDatabase(context, (pool) => readDeadLetter(pool, place))
      if (letter === null)
        throw new CommandError(`There is no dead letter ${letterId(place)}: it never was one, or it was replayed. rollcall quarantine list shows those there are.`, EXIT.failed)
      const view = letterView(letter, reveal)
      if (json) context.out(`${JSON.stringify(view)}\n`)
      else print(context, renderLetter(view, letter.payload))
      end(EXIT.done)
    })

const replayCommand = (context: CliContext, signals: () => StopSignals, end: (exitCode: number) => void): Command =>
  new Command('replay')
    .summary('read dead letters again with the readers of this release')
    .description(
      'Reads dead letters again from the event log, with the readers of this release, and folds those that can be read into the call records. Nothing is appended to the log, a projector may run meanwhile, and doing it twice is harmless.',
    )
    .argument('[ids...]', 'names, as list shows them', (text: string, places: readonly LetterPlace[] | undefined) => [...(places ?? []), letterPlace(text)])
    .option('--all', 'all dead letters')
    .option('--account <sid>', 'those of this account')
    .option('--reason <text>', 'those whose reason has this text in it')
    .option('--json', 'the result as one JSON line')
    .addHelpText(
      'after',
      '\nExit codes: 0 none of them remains; 1 failed; 2 bad usage or setting; 3 done, but some\n            remain.\nExamples:\n  rollcall quarantine replay 3:1042 7:13\n  rollcall quarantine replay --reason "not valid JSON" --json',
    )
    .action(
      async (
        places: readonly LetterPlace[],
        { all, account, reason, json }: { readonly all?: boolean; readonly account?: string; readonly reason?: string; readonly json?: boolean },
      ) => {
        if (places.length === 0 && !all && account === undefined && reason === undefined)
          throw new CommandError('No dead letter is chosen; needed is at least one of: a name such as 3:1042, --account, --reason, --all', EXIT.usage)
        const { settings } = await requireSettings(context)
        const args = [
          'replay',
          ...(all ? ['--all'] : []),
          ...(account === undefined ? [] : [`--account=${account}`]),
          ...(reason === undefined ? [] : [`--reason=${reason}`]),
          ...places.map(letterId),
        ]
        const { exitCode, lines } = await runOneShot(serviceCommand(context.root, 'projector', args), {
          env: settings,
          signal: signals().stop,
          onProblem: (line) => context.err(`${line}\n`),
        })
        for (const line of json ? lines : lines.flatMap(renderReplay)) context.out(`${line}\n`)
        end(exitCode)
      },
    )

const onDatabase = async <T>(context: CliContext, read: (pool: Pool) => Promise<T>): Promise<T> => {
  const { settings } = await requireSettings(context)
  const { DATABASE_URL } = parseConfig(ConnectionConfig, settings)
  const pool = createPool({ databaseUrl: DATABASE_URL, applicationName: 'rollcall-quarantine', max: 2 })
  try {
    return await read(pool)
  } catch (error) {
    throw explainDatabaseError(error, DATABASE_URL)
  } finally {
    await pool.end()
  }
}

const print = (context: CliContext, lines: readonly string[]): void => context.out(lines.map((line) => `${line}\n`).join(''))
