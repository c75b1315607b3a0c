import { access, constants, mkdir } from 'node:fs/promises'
import { CommandError } from '../command-error.ts'
import { EXIT } from '../exit-code.ts'

/** Makes the folder if needed. @throws CommandError (2) where nothing can be kept there. */
export const checkDataDirectory = async (path: string): Promise<void> => {
  try {
    await mkdir(path, { recursive: true })
    await access(path, constants.W_OK | constants.X_OK)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown'
    throw new CommandError(
      `ROLLCALL_DATA_DIR is ${path}, where nothing can be kept (${code}); needed is a folder that this user may write to. Set ROLLCALL_DATA_DIR to one.`,
      EXIT.usage,
    )
  }
}
