/**
 * A file, and where it has one the manifest beside it (`<file>.manifest.json`), come under their names when both are whole:
 *
 *   write both under other names, sync ► remove the old manifest, sync ► name the file, sync ► name the manifest, sync
 *
 * What was there stays as it was until all is written. A crash or a power cut between two steps leaves a file without a manifest at worst: a
 * manifest that is there is always that of the file beside it.
 */
import { dirname } from 'node:path'
import type { FilePort } from '@rollcall/segment-log/file-port'
import { nodeFiles } from '@rollcall/segment-log/node-files'
import { beginFile, type UnfinishedFile, type Writers } from './unfinished-file.ts'

export interface WriteByRename<T> {
  readonly path: string
  readonly write: (put: (bytes: Uint8Array) => Promise<void>) => Promise<T>
  /** The manifest's text; null: it has none. */
  readonly manifestOf: (result: T) => string | null
}

/** @throws CommandError (4) where another process writes the same file, (2) where nothing can be written there; and whatever `write` throws, with nothing changed */
export const writeByRename = async <T>({ path, write, manifestOf }: WriteByRename<T>, files: FilePort = nodeFiles, writers?: Writers): Promise<T> => {
  const manifestPath = `${path}.manifest.json`
  const begun: UnfinishedFile[] = []
  const begin = async (name: string): Promise<UnfinishedFile> => {
    const file = await beginFile(files, name, writers)
    begun.push(file)
    return file
  }
  try {
    const file = await begin(path)
    const result = await write(file.put)
    await file.close()
    const text = manifestOf(result)
    const manifest = text === null ? null : await begin(manifestPath)
    if (text !== null) await manifest?.put(Buffer.from(text))
    await manifest?.close()
    await removeIfAny(files, manifestPath)
    await file.publish()
    await manifest?.publish()
    return result
  } catch (error) {
    for (const file of begun) await file.discard()
    throw error
  }
}

const removeIfAny = async (files: FilePort, path: string): Promise<void> => {
  try {
    await files.unlink(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  await files.syncDirectory(dirname(path))
}
