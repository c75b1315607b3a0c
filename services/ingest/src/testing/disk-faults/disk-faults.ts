import { execFileSync } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const SHIM = fileURLToPath(new URL('./disk-faults.c', import.meta.url))
const PRELOAD = new URL('../../../dist/testing/disk-faults/disk-faults-preload.js', import.meta.url).href

export type Injector = 'below libc, by LD_PRELOAD' | 'above libc, by --import'

const hasCompiler = (): boolean => {
  try {
    execFileSync('cc', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** How a process's disk can be made to fail on this machine, the more real first. The second needs nothing. */
export const INJECTORS: readonly [Injector, ...Injector[]] = hasCompiler() ? ['below libc, by LD_PRELOAD', 'above libc, by --import'] : ['above libc, by --import']

export interface DiskFaults {
  /** For the process whose disk is to fail. */
  readonly env: Readonly<Record<string, string>>
  fail(operation: 'fdatasync' | 'write', kind: 'EIO' | 'ENOSPC' | 'EROFS' | 'short', times: 'once' | 'always'): Promise<void>
  /** This block of every file cannot be read. */
  failReading(block: number): Promise<void>
  /** Every fdatasync takes so much longer. */
  slow(milliseconds: number): Promise<void>
  heal(): Promise<void>
}

/** Faults for files below `affected`; `directory` is for what the injector itself needs. */
export const createDiskFaults = (injector: Injector, directory: string, affected: string): DiskFaults => {
  const file = join(directory, 'fault')
  const shim = join(directory, 'disk-faults.so')
  if (injector === 'below libc, by LD_PRELOAD') execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', shim, SHIM, '-ldl'])
  const say = (line: string): Promise<void> => writeFile(file, `${line}\n`)
  return {
    env: { DISK_FAULTS_IN: affected, DISK_FAULTS_FILE: file, ...(injector === 'below libc, by LD_PRELOAD' ? { LD_PRELOAD: shim } : { NODE_OPTIONS: `--import ${PRELOAD}` }) },
    fail: (operation, kind, times) => say(`${operation} ${kind} 0 ${times}`),
    failReading: (block) => say(`read EIO ${block} always`),
    slow: (milliseconds) => say(`fdatasync slow ${milliseconds} always`),
    heal: () => rm(file, { force: true }),
  }
}
