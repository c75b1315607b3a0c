import { dirname } from 'node:path'
import type { FilePort } from './file-port.ts'

/** All bytes of a file, or null where there is none. */
export const readWholeFile = async (files: FilePort, path: string): Promise<Buffer | null> => {
  const file = await files.open(path, 'read').catch(nullIfMissing)
  if (file === null) return null
  try {
    const bytes = Buffer.allocUnsafe(await file.size())
    let at = 0
    while (at < bytes.length) {
      const read = await file.read(bytes.subarray(at), at)
      if (read === 0) break
      at += read
    }
    return bytes.subarray(0, at)
  } finally {
    await file.close()
  }
}

/** Puts a file in place with all its bytes or not at all, also over a power cut: temporary file, sync, rename, sync of the directory. */
export const replaceFile = async (files: FilePort, path: string, bytes: Uint8Array): Promise<void> => {
  const temporary = `${path}.temporary`
  await files.unlink(temporary).catch(nullIfMissing)
  const file = await files.open(temporary, 'create')
  try {
    const written = await file.write(bytes, 0)
    if (written !== bytes.length) throw Object.assign(new Error(`${temporary}: ${written} of ${bytes.length} bytes written; the disk is full`), { code: 'ENOSPC' })
    await file.fdatasync()
  } finally {
    await file.close()
  }
  await files.rename(temporary, path)
  await files.syncDirectory(dirname(path))
}

/** For a `catch`. */
export const nullIfMissing = (error: NodeJS.ErrnoException): null => {
  if (error.code === 'ENOENT') return null
  throw error
}
