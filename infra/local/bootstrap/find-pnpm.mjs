import { readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { ROOT } from './root.mjs'
import { run } from './run.mjs'
import { timed } from './timed.mjs'

const HOME = join(ROOT, '.cache', 'pnpm')
const BIN = join(HOME, 'node_modules', '.bin')

/** `10.34.9` from package.json's `packageManager`, which may carry a hash: `pnpm@10.34.9+sha512.…`. */
export const wantedPnpm = (packageManager) => {
  const found = /^pnpm@(\d+\.\d+\.\d+)/.exec(packageManager ?? '')
  if (!found) throw new Error(`package.json's packageManager is ${JSON.stringify(packageManager)}; needed is pnpm@<version>.`)
  return found[1]
}

/**
 * The pnpm this repository asks for: ours in `.cache`, or the one on PATH if it is that version, or a new one in `.cache`.
 * Nothing is installed globally.
 * @returns the environment in which it and what it calls find it.
 */
export const findPnpm = () => {
  const version = wantedPnpm(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).packageManager)
  const own = { PATH: `${BIN}${delimiter}${process.env.PATH}` }
  if (versionOf(join(BIN, 'pnpm')) === version) return own
  if (versionOf('pnpm') === version) return {}
  timed(`Getting pnpm ${version} into .cache`, () => run('npm', ['install', '--prefix', HOME, '--no-save', '--no-audit', '--no-fund', '--loglevel=error', `pnpm@${version}`]))
  return own
}

const versionOf = (pnpm) => {
  try {
    return run(pnpm, ['--version'], { COREPACK_ENABLE_DOWNLOAD_PROMPT: '0' })
  } catch {
    return null
  }
}
