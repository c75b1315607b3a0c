import { mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { readTextIfAny, replaceFile } from './durable-file.ts'

describe('a file that is replaced', () => {
  let directory: string
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'durable-file-'))
  })
  afterEach(() => vi.restoreAllMocks())
  afterAll(() => rm(directory, { recursive: true }))

  /** What stood on the disk under both names each time when something was synced. */
  const watchSyncs = async (path: string): Promise<{ readonly temporary: string | null; readonly file: string | null }[]> => {
    const handle = await open(directory, 'r')
    const handles = Object.getPrototypeOf(handle)
    await handle.close()
    const { sync } = handles
    const seen: { temporary: string | null; file: string | null }[] = []
    vi.spyOn(handles, 'sync').mockImplementation(async function (this: unknown) {
      seen.push({ temporary: await readTextIfAny(`${path}.temporary`), file: await readTextIfAny(path) })
      return sync.call(this)
    })
    return seen
  }

  it('has its whole text synced before it gets its name, and its name before that is told', async () => {
    const path = join(directory, 'checkpoint')
    await replaceFile(path, 'before')
    const synced = await watchSyncs(path)
    await replaceFile(path, 'after')
    expect(synced).toEqual([
      { temporary: 'after', file: 'before' },
      { temporary: null, file: 'after' },
    ])
  })

  it('is written though one that was begun before lies there', async () => {
    const path = join(directory, 'begun')
    await (await open(`${path}.temporary`, 'w')).close()
    await replaceFile(path, 'whole')
    expect([await readFile(path, 'utf8'), await readTextIfAny(`${path}.temporary`)]).toEqual(['whole', null])
  })
})
