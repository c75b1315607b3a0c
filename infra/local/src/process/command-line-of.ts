import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

const PS_MS_MAX = 5_000

/** The command line of a running process, or null when there is no such process. A zombie has none: it runs no more. */
export const commandLineOf = async (pid: number): Promise<string | null> => {
  if (process.platform === 'linux') {
    const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    return text === '' ? null : text.replaceAll('\0', ' ').trim()
  }
  return promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)], { timeout: PS_MS_MAX }).then(
    ({ stdout }) => stdout.trim() || null,
    () => null,
  )
}
