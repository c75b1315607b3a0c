import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'

const MEMORY_GROUPS = '/sys/fs/cgroup/memory'
/** Four pages: a service touches more than that of new memory within a second or two, also when it has little to do. */
const MORE_BYTES = 16 * 1024
/** Of the run in that folder. */
export const smallMemoryGroup = (directory: string): string => join(MEMORY_GROUPS, `${basename(directory)}-small`)

/** A group of processes that the kernel lets have hardly any more memory: it kills who asks for more, as on a machine that has none left. */
export interface SmallMemory {
  /** The process, and the threads and children that it has from now on. @throws Error where there is no such process */
  confine(pid: number): Promise<void>
  /** Lets go of who survived. */
  free(): Promise<void>
  remove(): Promise<void>
}

/** Null where the machine has no memory control groups (version 1), or they are not ours to make: that takes root. */
export const smallMemory = async (directory: string): Promise<SmallMemory | null> => {
  const group = smallMemoryGroup(directory)
  try {
    await mkdir(group)
    await writeFile(join(group, 'memory.limit_in_bytes'), String(MORE_BYTES))
  } catch {
    await rmdir(group).catch(() => {})
    return null
  }
  const move = (to: string, pid: string): Promise<void> => writeFile(join(to, 'cgroup.procs'), pid)
  const free = async (): Promise<void> => {
    for (const pid of (await readFile(join(group, 'cgroup.procs'), 'utf8')).split('\n').filter(Boolean)) await move(MEMORY_GROUPS, pid).catch(() => {})
  }
  return {
    confine: (pid) => move(group, String(pid)),
    free,
    remove: async () => {
      await free()
      await rmdir(group)
    },
  }
}
