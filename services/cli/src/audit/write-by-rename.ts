import { open, rename, rm } from 'node:fs/promises'

/** Has a file written, which is there under its name once it is whole, and never before: what fails or is killed half way leaves nothing that looks like it. */
export const writeByRename = async <T>(path: string, write: (put: (bytes: Uint8Array) => Promise<void>) => Promise<T>): Promise<T> => {
  const unfinished = `${path}.unfinished`
  const file = await open(unfinished, 'w', 0o600)
  try {
    const result = await write(async (bytes) => {
      for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten
    })
    await file.sync()
    await file.close()
    await rename(unfinished, path)
    return result
  } catch (error) {
    await file.close().catch(() => {})
    await rm(unfinished, { force: true })
    throw error
  }
}
