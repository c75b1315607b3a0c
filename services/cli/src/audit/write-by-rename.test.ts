import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FilePort } from '@rollcall/segment-log/file-port'
import { faultyFiles } from '@rollcall/segment-log/testing/faulty-files'
import { type MemoryFiles, memoryFiles, nothingUnsynced } from '@rollcall/segment-log/testing/memory-files'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Writers } from './unfinished-file.ts'
import { writeByRename } from './write-by-rename.ts'

const PATH = '/exports/acme.csv'
const MANIFEST = `${PATH}.manifest.json`
const LONG = 'a table of more than one page '.repeat(50)
const manifestOf = (table: string): string => `manifest of ${table}`
const alone: Writers = { pid: 7, isRunning: async () => false }

/** What an export does: the table in several parts, then, unless it is a pack, what tells of it. */
const write = (files: FilePort, table: string, { isPack = false, writers = alone } = {}): Promise<string> =>
  writeByRename(
    {
      path: PATH,
      write: async (put) => {
        for (let at = 0; at < table.length; at += 700) await put(Buffer.from(table.slice(at, at + 700)))
        return table
      },
      manifestOf: (written) => (isPack ? null : manifestOf(written)),
    },
    files,
    writers,
  )

const diskWith = async (...tables: readonly string[]): Promise<MemoryFiles> => {
  const files = memoryFiles()
  for (const table of tables) await write(files, table)
  return files
}
const textOf = (files: MemoryFiles, path: string): string | null => (files.paths().includes(path) ? files.readFile(path).toString() : null)
const shown = (files: MemoryFiles) => ({ table: textOf(files, PATH), manifest: textOf(files, MANIFEST) })

/** Fails operation number `nth`, and where it is a crash every later one. */
const failingAt = (files: FilePort, nth: number, isCrash: boolean) => {
  const done: string[] = []
  const failing = faultyFiles(files, (operation, path) => {
    done.push(`${operation} ${path}`)
    return done.length === nth || (isCrash && done.length > nth) ? { code: 'EIO' } : undefined
  })
  return { files: failing, done }
}
const stepsOf = async (isPack: boolean): Promise<number> => {
  const { files, done } = failingAt(await diskWith('old'), 0, false)
  await write(files, LONG, { isPack })
  return done.length
}

describe('an export', () => {
  it('is there with its manifest, also after the power was cut', async () => {
    const files = await diskWith('old')
    await write(files, LONG)
    for (const disk of [files, files.powerCut(nothingUnsynced)]) expect([shown(disk), disk.paths().length]).toEqual([{ table: LONG, manifest: manifestOf(LONG) }, 2])
  })

  it('that has no manifest takes that of the file before it away', async () => {
    const files = await diskWith('old')
    await write(files, 'a pack', { isPack: true })
    for (const disk of [files, files.powerCut(nothingUnsynced)]) expect(shown(disk)).toEqual({ table: 'a pack', manifest: null })
  })

  it('that cannot be made changes nothing of what was there', async () => {
    const files = await diskWith('old')
    const making = writeByRename({ path: PATH, write: (put) => put(Buffer.from('half')).then(() => Promise.reject(new Error('no evidence'))), manifestOf: () => '' }, files, alone)
    await expect(making).rejects.toThrow('no evidence')
    expect([shown(files), files.paths().length]).toEqual([{ table: 'old', manifest: manifestOf('old') }, 2])
  })

  it.each([false, true])('that fails at any step (a pack: %s) leaves whole files, no manifest of another one, and nothing unfinished', async (isPack) => {
    const steps = await stepsOf(isPack)
    expect(steps).toBeGreaterThan(8)
    for (let nth = 1; nth <= steps; nth += 1) {
      const disk = await diskWith('old')
      const { files, done } = failingAt(disk, nth, false)
      const failed = await write(files, LONG, { isPack }).then(
        () => false,
        () => true,
      )
      const { table, manifest } = shown(disk)
      const at = `${nth}: ${done[nth - 1]}`
      // Clearing away what is seldom there may fail.
      expect([at, failed]).toEqual([at, !at.includes('unlink') || at.endsWith(MANIFEST)])
      expect([at, ['old', LONG].includes(table ?? '')]).toEqual([at, true])
      if (manifest !== null) expect([at, manifest]).toEqual([at, manifestOf(table ?? '')])
      expect([at, disk.paths().filter((path) => path.includes('unfinished'))]).toEqual([at, []])
    }
  })

  it('that a crash or a power cut ends at any step leaves no manifest of another table, and the next one is whole', () =>
    fc.assert(
      fc.asyncProperty(fc.boolean(), fc.nat(), fc.boolean(), fc.infiniteStream(fc.constantFrom(0, 0.9)), async (isPack, step, isPowerCut, chances) => {
        const disk = await diskWith('old')
        const { files } = failingAt(disk, 1 + (step % (await stepsOf(isPack))), true)
        await write(files, LONG, { isPack }).catch(() => {})
        const next = isPowerCut ? disk.powerCut(() => chances.next().value as number) : disk
        const { table, manifest } = shown(next)
        expect(['old', LONG]).toContain(table)
        if (manifest !== null) expect(manifest).toBe(manifestOf(table ?? ''))
        await write(next, 'next', { writers: { ...alone, pid: 8 } })
        expect([shown(next), next.paths().length]).toEqual([{ table: 'next', manifest: manifestOf('next') }, 2])
      }),
      { numRuns: 1_000 },
    ))

  it('is written on where the disk takes only some bytes at a time', async () => {
    const disk = memoryFiles()
    await write(
      faultyFiles(disk, (operation) => (operation === 'write' ? { short: 100 } : undefined)),
      LONG,
    )
    expect(shown(disk)).toEqual({ table: LONG, manifest: manifestOf(LONG) })
  })

  it('ends where the disk takes none', async () => {
    const disk = memoryFiles()
    const full = faultyFiles(disk, (operation) => (operation === 'write' ? { short: 0 } : undefined))
    await expect(write(full, LONG)).rejects.toThrow('nothing more can be written')
    expect(disk.paths()).toEqual([])
  })
})

describe('two of the same file at once', () => {
  it('are not: the second is refused, and the first goes on', async () => {
    const disk = memoryFiles()
    let refused: unknown
    const first = writeByRename(
      {
        path: PATH,
        write: async (put) => {
          await put(Buffer.from('first'))
          refused = await write(disk, 'second', { writers: { pid: 8, isRunning: async (pid) => pid === 7 } }).catch((error: unknown) => error)
          return 'first'
        },
        manifestOf,
      },
      disk,
      alone,
    )
    await first
    expect(refused).toMatchObject({ exitCode: 4, message: expect.stringContaining('is being written by process 7') })
    expect([shown(disk), disk.paths().length]).toEqual([{ table: 'first', manifest: manifestOf('first') }, 2])
  })

  it('what another file has left unfinished is let be', async () => {
    const disk = memoryFiles()
    const others = [`${PATH}.unfinished-x`, `${PATH}x.unfinished-8`, `/exports/b.csv.unfinished-8`]
    for (const path of others) disk.writeFile(path, Buffer.from('theirs'))
    await write(disk, 'table')
    expect(disk.paths()).toEqual(expect.arrayContaining(others))
  })
})

describe('on the disk itself', () => {
  it('only the owner can read it, and it is told where nothing can be written', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'rollcall-rename-'))
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
    const path = join(directory, 'acme.csv')
    const what = { write: (put: (bytes: Uint8Array) => Promise<void>) => put(Buffer.from('a,b')), manifestOf: () => '{}' }
    await writeByRename({ path, ...what })
    expect(readdirSync(directory).sort()).toEqual(['acme.csv', 'acme.csv.manifest.json'])
    expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual(['a,b', 0o600])
    await expect(writeByRename({ path: join(directory, 'none', 'acme.csv'), ...what })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('acme.csv cannot be written (ENOENT); needed is a file in a folder that is there'),
    })
  })
})
