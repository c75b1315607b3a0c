import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './root.mjs'
import { run } from './run.mjs'
import { timed } from './timed.mjs'

/** What `node_modules` depends on. */
const INPUTS = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json']
const STAMP = join(ROOT, 'node_modules', '.rollcall-installed')

/** Installs exactly what the lockfile says, unless that was done already. */
export const installDependencies = (pnpmEnv) => {
  const wanted = fingerprint()
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return
  // CI: no question is asked when node_modules was made by another version.
  timed('Installing dependencies', () => run('pnpm', ['install', '--frozen-lockfile', '--reporter=append-only'], { ...pnpmEnv, CI: 'true' }))
  mkdirSync(join(ROOT, 'node_modules'), { recursive: true })
  writeFileSync(STAMP, wanted)
}

const fingerprint = () => {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch} ${process.versions.modules}`)
  for (const file of INPUTS) hash.update(readFileSync(join(ROOT, file)))
  return hash.digest('hex')
}
