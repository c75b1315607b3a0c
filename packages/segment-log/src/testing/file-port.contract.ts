import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import type { FilePort, OpenFile } from '../file-port.ts'

/** What every disk does, real or simulated, as long as nothing fails. `open` gives one and an empty directory on it. */
export const describeFilePort = (name: string, open: () => Promise<{ readonly files: FilePort; readonly directory: string }>): void => {
  describe(`files on ${name}`, () => {
    let files: FilePort
    let path: (name: string) => string
    let directory: string
    beforeEach(async () => {
      const opened = await open()
      files = opened.files
      directory = opened.directory
      path = (each) => join(directory, each)
    })
    const create = async (each: string, text = ''): Promise<OpenFile> => {
      const file = await files.open(path(each), 'create')
      if (text !== '') await file.write(Buffer.from(text), 0)
      return file
    }
    const contentOf = async (file: OpenFile): Promise<string> => {
      const bytes = Buffer.alloc(await file.size())
      return bytes.subarray(0, await file.read(bytes, 0)).toString()
    }
    const codeOf = (work: Promise<unknown>): Promise<unknown> => work.then(() => null).catch((error: NodeJS.ErrnoException) => error.code)
    const names = async () => (await files.list(directory)).map((listed) => listed.name).sort()

    it('are created once, and opened only where they are', async () => {
      expect([await codeOf(files.open(path('a'), 'read')), await codeOf(files.open(path('a'), 'update'))]).toEqual(['ENOENT', 'ENOENT'])
      await (await create('a', 'text')).close()
      expect(await codeOf(files.open(path('a'), 'create'))).toBe('EEXIST')
      for (const mode of ['read', 'update'] as const) {
        const file = await files.open(path('a'), mode)
        expect(await contentOf(file)).toBe('text')
        await file.close()
      }
    })

    it('are written anywhere and read from anywhere, with fewer bytes at the end and zeros in between', async () => {
      const file = await create('a', 'hello')
      expect(await file.write(Buffer.from('J'), 0)).toBe(1)
      expect(await file.write(Buffer.from('!'), 9_000)).toBe(1)
      expect(await file.size()).toBe(9_001)
      const bytes = Buffer.alloc(10, 'x')
      expect(await file.read(bytes, 0)).toBe(10)
      expect(bytes.toString()).toBe('Jello\0\0\0\0\0')
      expect([await file.read(bytes, 8_996), bytes.subarray(0, 5).toString()]).toEqual([5, '\0\0\0\0!'])
      expect(await file.read(bytes, 9_001)).toBe(0)
      await file.close()
    })

    it('are cut short, and zeros where they are made longer again', async () => {
      const file = await create('a', 'a longer text')
      await file.truncate(8)
      expect(await contentOf(file)).toBe('a longer')
      await file.truncate(3)
      await file.truncate(5)
      expect(await contentOf(file)).toBe('a l\0\0')
      await file.fdatasync()
      await file.close()
    })

    it('are renamed over others, and removed, while who has them open goes on', async () => {
      const file = await create('a', 'new')
      await (await create('b', 'old')).close()
      await files.rename(path('a'), path('b'))
      await files.syncDirectory(directory)
      expect(await names()).toEqual(['b'])
      await file.write(Buffer.from('er'), 3)
      const again = await files.open(path('b'), 'read')
      expect(await contentOf(again)).toBe('newer')
      await files.unlink(path('b'))
      expect([await contentOf(again), await names()]).toEqual(['newer', []])
      for (const each of [file, again]) await each.close()
      expect([await codeOf(files.rename(path('b'), path('c'))), await codeOf(files.unlink(path('b')))]).toEqual(['ENOENT', 'ENOENT'])
    })

    it('are known by themselves, and not by their names', async () => {
      const file = await create('a', 'text')
      const isAt = (...names: string[]) => Promise.all(names.map((each) => file.isAt(path(each))))
      expect(await isAt('a', 'b', join('a', 'within'))).toEqual([true, false, false])
      await files.rename(path('a'), path('b'))
      expect(await isAt('a', 'b')).toEqual([false, true])
      await files.rename(path('b'), path('a'))
      await file.write(Buffer.from('longer text'), 0)
      await file.fdatasync()
      expect(await isAt('a', 'b')).toEqual([true, false])
      await files.unlink(path('a'))
      const other = await create('a', 'text')
      expect([await isAt('a'), await other.isAt(path('a'))]).toEqual([[false], true])
      for (const each of [file, other]) await each.close()
    })

    it('are listed with their sizes, those of a folder within apart', async () => {
      await files.makeDirectory(path('within'))
      await files.makeDirectory(path('within'))
      for (const [each, text] of [
        ['a', '12345'],
        ['b', ''],
        [join('within', 'c'), '1'],
      ] as const)
        await (await create(each, text)).close()
      const listed = [...(await files.list(directory))].sort((a, b) => (a.name < b.name ? -1 : 1))
      expect(listed).toEqual([
        { name: 'a', bytes: 5 },
        { name: 'b', bytes: 0 },
      ])
      expect(await files.list(path('within'))).toEqual([{ name: 'c', bytes: 1 }])
    })
  })
}
