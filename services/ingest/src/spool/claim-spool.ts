import { OperatorError } from '@rollcall/service/operator-error'
import type { Logger } from '@rollcall/telemetry/create-logger'
import { openSpool, type Spool } from './open-spool.ts'

/** Opens a spool for this process alone. @throws OperatorError when another process has it, or the disk does not let us in. */
export const claimSpool = async (directory: string, logger: Logger): Promise<Spool> => {
  try {
    const spool = await openSpool(directory)
    if (spool.cursorWasAhead)
      logger.error(
        { event: 'spool.cursor-ahead', directory },
        'the spool holds less than was forwarded from it: its segments were lost or replaced; everything it holds is sent again',
      )
    return spool
  } catch (error) {
    const { name, message, code } = error as NodeJS.ErrnoException
    if (name === 'DirectoryLockedError') throw new OperatorError(message, { cause: error })
    if (code === 'EACCES' || code === 'EROFS' || code === 'ENOTDIR' || code === 'EPERM')
      throw new OperatorError(`INGEST_SPOOL_DIR: ${directory} cannot be written to (${code}); needed is a folder that this user owns. Change its owner or set INGEST_SPOOL_DIR.`, {
        cause: error,
      })
    throw error
  }
}
