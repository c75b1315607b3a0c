import fs from 'node:fs'
import { mkdir, readdir, rename, stat, unlink } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { FilePort, OpenFile } from './file-port.ts'

// Plain descriptors: a FileHandle costs a third more per write and sync, and this is the ingest hot path.
const open = promisify(fs.open)
const close = promisify(fs.close)
const fsync = promisify(fs.fsync)
const fdatasync = promisify(fs.fdatasync)
const ftruncate = promisify(fs.ftruncate)
const fstat = promisify(fs.fstat)

/** What callers sent is nobody else's to read. */
const FILE_MODE = 0o600
const DIRECTORY_MODE = 0o700
const FLAGS = { create: 'wx+', update: 'r+', read: 'r' } as const

const syncDirectory = async (path: string): Promise<void> => {
  const fd = await open(path, 'r')
  try {
    await fsync(fd)
  } finally {
    await close(fd)
  }
}

/** The disk itself. */
export const nodeFiles: FilePort = {
  open: async (path, mode) => openFile(await open(path, FLAGS[mode], FILE_MODE)),
  rename,
  unlink,
  list: async (directory) => {
    const entries = await readdir(directory, { withFileTypes: true })
    return Promise.all(entries.filter((entry) => entry.isFile()).map(async ({ name }) => ({ name, bytes: (await stat(join(directory, name))).size })))
  },
  makeDirectory: async (path) => {
    const first = await mkdir(path, { recursive: true, mode: DIRECTORY_MODE })
    if (first === undefined) return
    // A new directory is an entry in its parent, and is lost with the power unless that is synced.
    const top = dirname(resolve(first))
    for (let parent = dirname(resolve(path)); parent.length >= top.length; parent = dirname(parent)) {
      await syncDirectory(parent)
      if (parent === top) break
    }
  },
  syncDirectory,
}

/**
 * Waits for the kernel rather than asking the thread pool: while the file is open and where it should be, its name and those above are in
 * the kernel's cache, and it answers in microseconds where the pool takes tens of them.
 */
const isAt = (fd: number, path: string): boolean => {
  try {
    const found = fs.statSync(path, { bigint: true, throwIfNoEntry: false })
    if (found === undefined) return false
    const { dev, ino } = fs.fstatSync(fd, { bigint: true })
    return found.dev === dev && found.ino === ino
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return false
    throw error
  }
}

const openFile = (fd: number): OpenFile => ({
  write: (bytes, at) => new Promise((resolve, reject) => fs.write(fd, bytes, 0, bytes.length, at, (error, written) => (error === null ? resolve(written) : reject(error)))),
  read: (into, at) => new Promise((resolve, reject) => fs.read(fd, into, 0, into.length, at, (error, bytesRead) => (error === null ? resolve(bytesRead) : reject(error)))),
  size: async () => (await fstat(fd)).size,
  isAt: async (path) => isAt(fd, path),
  fdatasync: () => fdatasync(fd),
  truncate: (bytes) => ftruncate(fd, bytes),
  close: () => close(fd),
})
