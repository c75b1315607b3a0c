import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDataDirectory } from './data-directory.ts'

describe('the data directory', () => {
  let parent: string
  let path: string
  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'rollcall-data-'))
    path = join(parent, 'data')
  })
  afterEach(() => rm(parent, { recursive: true, force: true }))

  it('remembers which event log it holds', async () => {
    const first = await openDataDirectory(path)
    expect(first.held()).toBeNull()
    await first.hold('embedded')
    await first.release()
    expect((await openDataDirectory(path)).held()).toBe('embedded')
  })

  it('belongs to one process at a time', async () => {
    const first = await openDataDirectory(path)
    await expect(openDataDirectory(path)).rejects.toThrow(`is in use by process ${process.pid}`)
    await first.release()
    await (await openDataDirectory(path)).release()
  })

  it('is taken over from a process that is dead, even if its number lives again', async () => {
    await mkdir(path)
    await writeFile(join(path, 'owner.json'), JSON.stringify({ pid: process.pid, startedAt: 'long ago' }))
    await expect(openDataDirectory(path)).resolves.toMatchObject({ path })
  })

  it('is cleared of everything, and forgets its event log', async () => {
    const data = await openDataDirectory(path)
    await data.hold('java')
    await mkdir(join(path, 'kafka/node-1'), { recursive: true })
    await data.clear()
    expect(data.held()).toBeNull()
    expect((await readdir(path)).sort()).toEqual(['owner.json', 'rollcall.json'])
  })

  it('is never cleared when it held something before', async () => {
    await mkdir(path)
    await writeFile(join(path, 'thesis.txt'), 'years of work')
    const data = await openDataDirectory(path)
    await data.hold('embedded')
    await expect(data.clear()).rejects.toThrow(`${path} is not cleared`)
    await data.release()
    await expect((await openDataDirectory(path)).clear()).rejects.toThrow('is not cleared')
    expect(await readdir(path)).toContain('thesis.txt')
  })
})
