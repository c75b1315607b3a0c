import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { OperatorError } from '@rollcall/service/operator-error'
import { INSTANCE_FILE } from './instance-name.ts'
import { isSpoolName } from './leftover-spools.ts'

/** What a file system puts at its root by itself. */
const FOUND_BY_FSCK = 'lost+found'

/**
 * A folder of spools holds spools, by their numbers, and its own name. A folder with anything else in it is not ours to write to.
 * Looks, and changes nothing. @throws OperatorError naming what was found.
 */
export const checkSpoolFolder = async (directory: string): Promise<void> => {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw new OperatorError(`INGEST_SPOOL_DIR: ${directory} cannot be read (${error.code}); needed is a folder that this user owns. Change its owner or set INGEST_SPOOL_DIR.`, {
      cause: error,
    })
  })
  const foreign = names.find((name) => !isSpoolName(name) && name !== INSTANCE_FILE && !name.startsWith(`${INSTANCE_FILE}.`) && name !== FOUND_BY_FSCK)
  if (foreign !== undefined)
    throw new OperatorError(
      `INGEST_SPOOL_DIR: ${directory} is no folder of spools: it holds ${JSON.stringify(foreign)}. Needed is a folder that is empty or does not exist, such as ${join(directory, 'spool')}.`,
    )
}
