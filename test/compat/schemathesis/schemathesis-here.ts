import { execFile } from 'node:child_process'
import { hash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { PROJECT_ROOT } from '@rollcall/local/project-root'

const run = promisify(execFile)
const REQUIREMENTS = fileURLToPath(new URL('requirements.txt', import.meta.url))
/** It comes from PyPI, once. */
const INSTALL_MS_MAX = 540_000

/** The command of the Schemathesis that requirements.txt names to the last package, in a folder of its own below `.cache`, where it is got to when it is not there yet. */
export const schemathesisHere = async (python: string): Promise<string> => {
  const requirements = await readFile(REQUIREMENTS)
  const directory = join(PROJECT_ROOT, '.cache', `schemathesis-${hash('sha256', requirements).slice(0, 12)}`)
  const whole = join(directory, 'whole')
  if (!existsSync(whole)) {
    // What was broken off in the middle is begun anew.
    await rm(directory, { recursive: true, force: true })
    await mkdir(directory, { recursive: true })
    await run(python, ['-m', 'venv', directory], { timeout: INSTALL_MS_MAX })
    await run(join(directory, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '--requirement', REQUIREMENTS], {
      timeout: INSTALL_MS_MAX,
    })
    await writeFile(whole, '')
  }
  return join(directory, 'bin', 'schemathesis')
}
