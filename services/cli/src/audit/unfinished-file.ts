import { basename, dirname, join } from 'node:path'
import type { FilePort, OpenFile } from '@rollcall/segment-log/file-port'
import { runningProcess } from '@rollcall/segment-log/running-process'
import { CommandError } from '../command-error.ts'
import { EXIT } from '../exit-code.ts'

/** A file on its way to its name. Until `publish` it is under another one, which says who writes it. */
export interface UnfinishedFile {
  put(bytes: Uint8Array): Promise<void>
  /** Everything that was put is on disk. */
  close(): Promise<void>
  /** Gives it its name, for good. */
  publish(): Promise<void>
  /** Leaves nothing of it, unless it was published. Never throws. */
  discard(): Promise<void>
}

/** Who writes, and who else is there. */
export interface Writers {
  readonly pid: number
  readonly isRunning: (pid: number) => Promise<boolean>
}
export const thisProcess: Writers = { pid: process.pid, isRunning: async (pid) => (await runningProcess(pid)) !== null }

/**
 * Begins a file, and clears away what a killed process left of the same. Two that write the same at once would take each other's bytes for their own:
 * each makes its file first and looks around then, so that at least one of them sees the other. Processes that cannot see each other's pids are not told apart.
 * @throws CommandError (4) where another process writes it, (2) where nothing can be written there
 */
export const beginFile = async (files: FilePort, path: string, { pid, isRunning }: Writers = thisProcess): Promise<UnfinishedFile> => {
  const unfinished = `${path}.unfinished-${pid}`
  await files.unlink(unfinished).catch(() => {})
  const file = await files.open(unfinished, 'create').catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(`${path} cannot be written (${error.code}); needed is a file in a folder that is there and that may be written to.`, EXIT.usage)
  })
  const begun = unfinishedFile(files, file, unfinished, path)
  try {
    for (const other of await othersOf(files, path, pid)) {
      if (await isRunning(other.pid))
        throw new CommandError(`${path} is being written by process ${other.pid}. Wait for its end; if it is something else, delete ${other.path}.`, EXIT.heldElsewhere)
      await files.unlink(other.path)
    }
    return begun
  } catch (error) {
    await begun.discard()
    throw error
  }
}

const othersOf = async (files: FilePort, path: string, pid: number): Promise<readonly { readonly pid: number; readonly path: string }[]> => {
  const prefix = `${basename(path)}.unfinished-`
  return (await files.list(dirname(path)))
    .filter(({ name }) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
    .map(({ name }) => ({ pid: Number(name.slice(prefix.length)), path: join(dirname(path), name) }))
    .filter((other) => other.pid !== pid)
}

const unfinishedFile = (files: FilePort, file: OpenFile, unfinished: string, path: string): UnfinishedFile => {
  let size = 0
  let isOpen = true
  const close = async (): Promise<void> => {
    if (isOpen) await file.close()
    isOpen = false
  }
  return {
    put: async (bytes) => {
      for (let at = 0; at < bytes.length; ) {
        const written = await file.write(bytes.subarray(at), size)
        if (written === 0) throw new Error(`${unfinished}: nothing more can be written`)
        at += written
        size += written
      }
    },
    close: async () => {
      await file.fdatasync()
      await close()
    },
    publish: async () => {
      await files.rename(unfinished, path)
      await files.syncDirectory(dirname(path))
    },
    discard: async () => {
      await close().catch(() => {})
      await files.unlink(unfinished).catch(() => {})
    },
  }
}
