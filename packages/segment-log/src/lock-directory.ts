/**
 * One owner per directory. The lock is a file that names its owner; it outlives a killed process and is then taken over, which
 * is safe to decide only because the file also says when the owner started: after a restart another process may have its pid.
 * Processes that cannot see each other's pids (two containers on one volume) are not told apart: give each its own directory.
 */
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { FilePort } from './file-port.ts'
import { type RunningProcess, runningProcess } from './running-process.ts'
import { readWholeFile } from './whole-file.ts'

const LOCK_FILE = 'owner.lock'
/** Several processes may find a dead owner at once; all but one lose, and look again. */
const ATTEMPTS_MAX = 5
const UNREADABLE_WAIT_MS = 100

export class DirectoryLockedError extends Error {
  override readonly name = 'DirectoryLockedError'
}

export interface DirectoryLock {
  /** Takes the directory again where the lock was removed. @throws DirectoryLockedError where another process has it by now. */
  renew(): Promise<void>
  release(): Promise<void>
}

export const lockDirectory = async (files: FilePort, directory: string, find: (pid: number) => Promise<RunningProcess | null> = runningProcess): Promise<DirectoryLock> => {
  const path = join(directory, LOCK_FILE)
  const self = (await find(process.pid)) ?? { pid: process.pid, boot: '', started: '' }
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    if (await createLock(files, path, self)) return ownLock(files, path, self)
    let owner = await readOwner(files, path)
    if (owner === 'unreadable') {
      // Either its owner was killed while writing it, or is writing it now.
      await setTimeout(UNREADABLE_WAIT_MS)
      owner = await readOwner(files, path)
    }
    if (owner === 'gone') continue
    if (owner !== 'unreadable' && isSame(owner, await find(owner.pid))) {
      throw new DirectoryLockedError(`${directory} belongs to process ${owner.pid}, which is running; stop that process, or give this one a directory of its own`)
    }
    await removeStale(files, path, owner)
  }
  throw new DirectoryLockedError(
    `${directory}: ${ATTEMPTS_MAX} attempts to take over the lock of a stopped process failed; other processes are trying too; give each its own directory`,
  )
}

const ownLock = (files: FilePort, path: string, self: RunningProcess): DirectoryLock => {
  let isOurs = true
  return {
    renew: async () => {
      isOurs = (await createLock(files, path, self)) || JSON.stringify(await readOwner(files, path)) === JSON.stringify(self)
      if (!isOurs) throw new DirectoryLockedError(`${path} was removed and taken by another; one of the two processes has to stop`)
    },
    release: async () => {
      if (isOurs) await files.unlink(path).catch(() => undefined)
    },
  }
}

const createLock = async (files: FilePort, path: string, self: RunningProcess): Promise<boolean> => {
  const file = await files.open(path, 'create').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return null
    throw error
  })
  if (file === null) return false
  try {
    await file.write(Buffer.from(JSON.stringify(self)), 0)
  } catch (error) {
    // A lock that names nobody would be another's in the making to whoever looks next, us too.
    await files.unlink(path).catch(() => undefined)
    throw error
  } finally {
    await file.close()
  }
  return true
}

const readOwner = async (files: FilePort, path: string): Promise<RunningProcess | 'gone' | 'unreadable'> => {
  const bytes = await readWholeFile(files, path)
  if (bytes === null) return 'gone'
  try {
    const { pid, boot, started } = JSON.parse(bytes.toString())
    return Number.isSafeInteger(pid) && pid > 0 ? { pid, boot: String(boot), started: String(started) } : 'unreadable'
  } catch {
    return 'unreadable'
  }
}

const isSame = (owner: RunningProcess, running: RunningProcess | null): boolean => running !== null && owner.boot === running.boot && owner.started === running.started

/** Moves the lock aside under a name of our own, so that of several processes one succeeds, and looks at what it moved. */
const removeStale = async (files: FilePort, path: string, owner: RunningProcess | 'unreadable'): Promise<void> => {
  const aside = `${path}.stale-${process.pid}`
  const moved = await files.rename(path, aside).then(
    () => true,
    () => false,
  )
  if (!moved) return
  const was = await readOwner(files, aside)
  if (JSON.stringify(was) === JSON.stringify(owner)) await files.unlink(aside).catch(() => undefined)
  // Someone took it over between our look and our move: put theirs back.
  else await files.rename(aside, path).catch(() => undefined)
}
