import { LogUnavailableError } from '@rollcall/event-log/event-log'
import { CommandError } from '../command-error.ts'
import { EXIT } from '../exit-code.ts'

/** What is to be recorded before it is done is not done where the log does not take it. @throws CommandError that says so, or any other error as it is */
export const unrecorded = (error: unknown): never => {
  if (!(error instanceof LogUnavailableError)) throw error
  const { exitCode } = error as { readonly exitCode?: number }
  throw new CommandError(`${error.message}. Nothing was done: it has to be recorded in the audit log first.`, exitCode ?? EXIT.failed)
}
