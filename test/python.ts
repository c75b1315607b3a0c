import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const NAMES = ['python3', 'python']

/** The machine's Python 3; null where there is none, which CI does not let pass. */
export const pythonHere = ((): string | null => {
  const found = (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .find(existsSync)
  if (found === undefined && process.env.CI === 'true') throw new Error('Python is not installed; CI needs it: apt-get install python3')
  return found ?? null
})()
