import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const LIST_BYTES_MAX = 16 * 1_024 * 1_024
/** Where packages live, each with links to what it uses. */
const WORKSPACES = ['packages', 'services', 'infra', 'test']

export interface TreeCopy {
  readonly directory: string
  remove(): Promise<void>
}

/**
 * A copy of what git knows of the tree and of what is new in it, so that a mutant never stands in the tree itself. Packages from outside are
 * shared; the links between our own packages lead to the copy. What was built is shared too: starting servers takes it, and it has no mutant
 * in it, so a test that runs a service from there sees none. `copied`: it is copied, so that a mutant may stand in it, and with what was
 * downloaded, so that every server can be started.
 */
export const copyTree = async (root: string, built: 'shared' | 'copied' = 'shared'): Promise<TreeCopy> => {
  const directory = await mkdtemp(join(tmpdir(), 'rollcall-mutants-'))
  const { stdout } = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root, maxBuffer: LIST_BYTES_MAX })
  for (const file of stdout.split('\0').filter((name) => name !== '')) {
    await mkdir(dirname(join(directory, file)), { recursive: true })
    // A file that was deleted and not committed yet is still listed.
    if (existsSync(join(root, file))) await cp(join(root, file), join(directory, file))
  }
  const modules = 'node_modules'
  await mkdir(join(directory, modules))
  for (const name of await readdir(join(root, modules))) await symlink(join(root, modules, name), join(directory, modules, name))
  const packages = await Promise.all(WORKSPACES.map(async (place) => (place === 'test' ? ['test'] : (await readdir(join(root, place))).map((name) => join(place, name)))))
  for (const place of packages.flat()) {
    const links = join(root, place, modules)
    if (existsSync(links)) await cp(links, join(directory, place, modules), { recursive: true, verbatimSymlinks: true })
    const from = join(root, place, 'dist')
    if (!existsSync(from)) continue
    if (built === 'shared') await symlink(from, join(directory, place, 'dist'))
    else await run('cp', ['-a', from, join(directory, place, 'dist')])
  }
  const downloaded = join(root, '.cache')
  if (built === 'copied' && existsSync(downloaded)) await symlink(downloaded, join(directory, '.cache'))
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) }
}
