import { commandLineOf } from '@rollcall/local/process/command-line-of'
import type { CliContext } from '../cli-context.ts'
import { CommandError } from '../command-error.ts'
import { EXIT } from '../exit-code.ts'
import { dataDirectoryOf } from './data-directory-of.ts'
import { type FoundSettings, findSettings } from './find-settings.ts'
import { type StackFile, stackFile } from './stack-file.ts'

/** The installation a command is about. @throws CommandError (2) when nothing is configured and nothing runs. */
export const requireSettings = async (context: CliContext): Promise<FoundSettings> => {
  const directory = dataDirectoryOf(context)
  const found = findSettings(context.env, await runningStack(directory))
  if (found !== null) return found
  throw new CommandError(
    `Nothing is configured, and no npm start is running on ${directory}. Either run npm start, or set DATABASE_URL, KAFKA_BROKERS (or EMBEDDED_LOG_URL) and ROLLCALL_ACCOUNTS_FILE.`,
    EXIT.usage,
  )
}

/** A file left by a `start` that was killed names a process that is gone. */
const runningStack = async (directory: string): Promise<StackFile | null> => {
  const file = await stackFile(directory).read()
  return file === null || (await commandLineOf(file.pid)) === null ? null : file
}
