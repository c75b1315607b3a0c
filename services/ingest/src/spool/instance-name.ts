import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { nodeFiles } from '@rollcall/segment-log/node-files'
import { v7 as uuidv7 } from 'uuid'

/** No spool has a name like this: theirs are numbers. */
export const INSTANCE_FILE = 'instance'

/**
 * The name of a folder of spools, made when it is first asked for and kept in it: whoever starts on this folder, on whatever host, has what
 * the one before left. Workers may ask at the same time, and get the same.
 */
export const instanceName = async (spoolDirectory: string): Promise<string> => {
  const file = join(spoolDirectory, INSTANCE_FILE)
  const known = await readName(file)
  if (known !== null) return known
  await mkdir(spoolDirectory, { recursive: true })
  const own = `${file}.${uuidv7()}`
  await writeFile(own, uuidv7(), { flush: true })
  try {
    await link(own, file)
    // A name that a power cut took back would be another host's: the one told of would be waited for in vain.
    await nodeFiles.syncDirectory(spoolDirectory)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await unlink(own)
  }
  const name = await readName(file)
  if (name === null) throw new Error(`${file} is gone just after it was written`)
  return name
}

const readName = async (file: string): Promise<string | null> => {
  try {
    return (await readFile(file, 'utf8')).trim() || null
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
