/*
 * What disk-faults.c does, above libc, for a machine without a compiler; and a disk of a few megabytes ($DISK_FAULTS_BYTES) for one that
 * does not let us mount any. Loaded before ingest by `--import`.
 */
import fs, { type BigIntStatsFs, type StatsFs } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'

const SHORT_BYTES = 10
const FAULTY_BLOCK_BYTES = 4096
const BLOCK_BYTES = 4096
const { DISK_FAULTS_IN: folder = '', DISK_FAULTS_FILE: file = '', DISK_FAULTS_BYTES: diskBytes } = process.env
type Callback = (error: Error | null, ...results: unknown[]) => void

const isBelow = (fd: number): boolean => folder !== '' && fs.readlinkSync(`/proc/self/fd/${fd}`).startsWith(folder)

/** The fault that this operation meets; one that is meant once is gone then. */
const faultOf = (operation: string, fd: number): { kind: string; number: number } | null => {
  if (file === '' || !fs.existsSync(file) || !isBelow(fd)) return null
  const [on, kind = '', number, times] = fs.readFileSync(file, 'utf8').trim().split(' ')
  if (on !== operation) return null
  if (times === 'once') fs.unlinkSync(file)
  return { kind, number: Number(number) }
}
const failure = (code: string): Error => Object.assign(new Error(`${code}: by disk-faults-preload`), { code })

const { fdatasync, write, read } = fs
const faultyFdatasync = (fd: number, done: Callback): void => {
  const fault = faultOf('fdatasync', fd)
  if (fault === null) fdatasync(fd, done)
  else if (fault.kind === 'slow') setTimeout(() => fdatasync(fd, done), fault.number)
  else setImmediate(done, failure('EIO'))
}
const faultyWrite = (fd: number, bytes: Uint8Array, offset: number, length: number, at: number, done: Callback): void => {
  const fault = faultOf('write', fd) ?? (diskBytes !== undefined && isBelow(fd) && at + length > fs.fstatSync(fd).size + freeBytes() ? { kind: 'ENOSPC' } : null)
  if (fault === null) write(fd, bytes, offset, length, at, done)
  else if (fault.kind === 'short') write(fd, bytes, offset, Math.min(length, SHORT_BYTES), at, done)
  else setImmediate(done, failure(fault.kind))
}
const faultyRead = (fd: number, into: Uint8Array, offset: number, length: number, at: number, done: Callback): void => {
  const fault = faultOf('read', fd)
  const from = (fault?.number ?? 0) * FAULTY_BLOCK_BYTES
  if (fault !== null && at < from + FAULTY_BLOCK_BYTES && from < at + length) setImmediate(done, failure('EIO'))
  else read(fd, into, offset, length, at, done)
}
const freeBytes = (): number => Math.max(0, Number(diskBytes) - usedBytes())
const usedBytes = (): number =>
  (fs.readdirSync(folder, { recursive: true }) as string[]).reduce((sum, name) => sum + (fs.statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0), 0)

Object.assign(fs, { fdatasync: faultyFdatasync, write: faultyWrite, read: faultyRead })
if (diskBytes !== undefined)
  Object.assign(fs.promises, {
    statfs: async (): Promise<Pick<StatsFs | BigIntStatsFs, 'blocks' | 'bfree' | 'bavail'>> => {
      const free = Math.floor(freeBytes() / BLOCK_BYTES)
      return { blocks: Math.floor(Number(diskBytes) / BLOCK_BYTES), bfree: free, bavail: free }
    },
  })
syncBuiltinESMExports()
