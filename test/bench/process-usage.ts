import { readFileSync } from 'node:fs'

/** Linux counts CPU time in hundredths of a second, whatever the kernel's own tick is. */
const TICKS_PER_SECOND = 100
const KIB = 1024

export interface ProcessUsage {
  readonly pid: number
  /** User and system time since it started. */
  readonly cpuSeconds: number
  /** The most memory it ever held at once. */
  readonly peakRssBytes: number
}

/** A process and its children, parent first, as Linux counts them; empty where there is no /proc, or the process is gone. */
export const treeUsage = (pid: number): readonly ProcessUsage[] => {
  try {
    const own = { pid, cpuSeconds: cpuSecondsIn(readFileSync(`/proc/${pid}/stat`, 'utf8')), peakRssBytes: peakRssBytesIn(readFileSync(`/proc/${pid}/status`, 'utf8')) }
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
    return [own, ...(children === '' ? [] : children.split(' ').flatMap((child) => treeUsage(Number(child))))]
  } catch {
    return []
  }
}

export const cpuSeconds = (usage: readonly ProcessUsage[]): number => usage.reduce((sum, one) => sum + one.cpuSeconds, 0)

/** CPU time of a process and its children, those that have ended included; NaN where there is no /proc. */
export const reapedCpuSeconds = (pid: number): number => {
  try {
    return reapedCpuSecondsIn(readFileSync(`/proc/${pid}/stat`, 'utf8')) + cpuSeconds(treeUsage(pid).slice(1))
  } catch {
    return Number.NaN
  }
}

/** CPU time that everything on the machine has used; NaN where there is no /proc. */
export const machineCpuSeconds = (): number => {
  try {
    return busySecondsIn(readFileSync('/proc/stat', 'utf8'))
  } catch {
    return Number.NaN
  }
}

/** The first line of `/proc/stat`: user, nice, system, idle, iowait, irq, softirq, steal. All but the waiting is work. Pure. */
export const busySecondsIn = (stat: string): number => {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = stat.slice(0, stat.indexOf('\n')).trim().split(/\s+/).slice(1).map(Number)
  return (user + nice + system + irq + softirq + steal) / TICKS_PER_SECOND
}

/** `/proc/<pid>/stat`: the name, in parentheses, may hold anything; utime and stime are fields 14 and 15. Pure. */
export const cpuSecondsIn = (stat: string): number => {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}

/** The same with cutime and cstime, fields 16 and 17: of children that have ended and been waited for. Pure. */
export const reapedCpuSecondsIn = (stat: string): number => {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return cpuSecondsIn(stat) + (Number(fields[13]) + Number(fields[14])) / TICKS_PER_SECOND
}

/** `/proc/<pid>/status`. Pure. */
export const peakRssBytesIn = (status: string): number => Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * KIB
