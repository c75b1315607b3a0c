/**
 * The folder where everything local is kept. `rollcall.json` in it says whether we may clear it and which event log it holds;
 * `owner.json` says which process uses it now.
 */
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { HeldLog } from './choose-event-log.ts'
import { keptFile } from './kept-file.ts'
import { startedAt } from './process/started-at.ts'

const MARK = 'rollcall.json'
const OWNER = 'owner.json'

/** `clearable`: the folder was empty when it became ours. Somebody may name their home. */
const Mark = z.object({ eventLog: z.enum(['java', 'docker', 'embedded']).nullable(), clearable: z.boolean() })
const Owner = z.object({ pid: z.int().positive(), startedAt: z.string() })

export interface DataDirectory {
  readonly path: string
  /** The event log that an earlier start put here; null for none yet. */
  held(): HeldLog | null
  hold(eventLog: HeldLog): Promise<void>
  /** Removes everything in it. Refused where the folder held something before it was ours. */
  clear(): Promise<void>
  /** Gives it back: another process may use it. Safe to call twice. */
  release(): Promise<void>
}

/**
 * Makes the folder if needed and takes it for this process.
 * @throws Error naming the process that uses it already.
 */
export const openDataDirectory = async (path: string): Promise<DataDirectory> => {
  await mkdir(path, { recursive: true })
  const names = await readdir(path)
  const ownerFile = keptFile(join(path, OWNER), Owner)
  const owner = await ownerFile.read()
  if (owner !== null && (await startedAt(owner.pid)) === owner.startedAt) {
    throw new Error(`${path} is in use by process ${owner.pid}. Stop that one first, or name another folder with ROLLCALL_DATA_DIR.`)
  }
  await ownerFile.write({ pid: process.pid, startedAt: (await startedAt(process.pid)) ?? 'unknown' })
  const markFile = keptFile(join(path, MARK), Mark)
  let mark = (await markFile.read()) ?? { eventLog: null, clearable: names.length === 0 }
  const keep = async (next: typeof mark) => {
    mark = next
    await markFile.write(next)
  }
  await keep(mark)
  return {
    path,
    held: () => mark.eventLog,
    hold: (eventLog) => keep({ ...mark, eventLog }),
    clear: async () => {
      if (!mark.clearable) throw new Error(`${path} is not cleared: it held something before Rollcall used it. Name another folder with ROLLCALL_DATA_DIR, or empty it yourself.`)
      for (const name of await readdir(path)) if (name !== OWNER && name !== MARK) await rm(join(path, name), { recursive: true, force: true })
      await keep({ ...mark, eventLog: null })
    },
    release: () => rm(join(path, OWNER), { force: true }),
  }
}
