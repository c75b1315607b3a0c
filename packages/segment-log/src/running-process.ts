import { readFile } from 'node:fs/promises'

/** Enough of a process to tell it from another that was given the same pid after a restart, in a container or of the machine. */
export interface RunningProcess {
  readonly pid: number
  /** Differs between boots; empty where the system does not say. */
  readonly boot: string
  /** When it started, in the system's own ticks since boot; empty where the system does not say. */
  readonly started: string
}

/** Field 22 of /proc/<pid>/stat; field 2 is a name in brackets that may hold anything, so count from its end. */
const START_TIME_AFTER_NAME = 19

/** Null where no such process runs. */
export const runningProcess = async (pid: number): Promise<RunningProcess | null> => {
  if (!isRunning(pid)) return null
  const [boot, stat] = await Promise.all([readText('/proc/sys/kernel/random/boot_id'), readText(`/proc/${pid}/stat`)])
  return { pid, boot: boot.trim(), started: stat.slice(stat.lastIndexOf(')') + 2).split(' ')[START_TIME_AFTER_NAME] ?? '' }
}

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Empty where there is no /proc. */
const readText = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '')
