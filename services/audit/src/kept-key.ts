import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const KEY_BYTES = 32

/** The key that cursors are made with: kept, so that they outlive a restart. Whoever starts first on the folder makes it. */
export const keptKey = async (dataDirectory: string): Promise<Uint8Array> => {
  const directory = join(dataDirectory, 'audit')
  const path = join(directory, 'cursor-key')
  await mkdir(directory, { recursive: true, mode: 0o700 })
  await writeFile(path, randomBytes(KEY_BYTES), { mode: 0o600, flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  const key = await readFile(path)
  if (key.length !== KEY_BYTES)
    throw new Error(`${path} has ${key.length} bytes, needed are ${KEY_BYTES}. Delete it; a new one is made, and cursors that were given out are refused.`)
  return key
}
