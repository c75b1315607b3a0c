import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

const PS_MS_MAX = 5_000
/** Field 22 of /proc/<pid>/stat, counted after the command's closing parenthesis (the command may hold spaces). */
const STARTTIME_AFTER_COMMAND = 19

/**
 * When a process began, as the system words it; null when it does not run. A process number is given again after a while,
 * and again and again to the first process of a container; number and start together name one process.
 */
export const startedAt = async (pid: number): Promise<string | null> => {
  if (process.platform === 'linux') {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[STARTTIME_AFTER_COMMAND] ?? null
  }
  return promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)], { timeout: PS_MS_MAX }).then(
    ({ stdout }) => stdout.trim() || null,
    () => null,
  )
}
