import { open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Puts a file in place with all its text or not at all, also over a power cut: temporary file, sync, rename, sync of the directory. */
export const replaceFile = async (path: string, text: string): Promise<void> => {
  const temporary = `${path}.temporary`
  await rm(temporary, { force: true })
  const file = await open(temporary, 'wx', 0o644)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(temporary, path)
  await syncDirectory(dirname(path))
}

export const syncDirectory = async (path: string): Promise<void> => {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

/** Null where there is no such file. */
export const readTextIfAny = (path: string): Promise<string | null> =>
  readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
