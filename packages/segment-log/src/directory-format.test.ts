import { describe, expect, it } from 'vitest'
import { DirectoryFormatError } from './directory-format.ts'
import { openSegmentLog } from './open-segment-log.ts'
import { type MemoryFiles, memoryFiles } from './testing/memory-files.ts'
import { readAll, texts } from './testing/read-all.ts'

const DIRECTORY = '/spool'
const FORMAT = `${DIRECTORY}/segment-log.json`
const SEGMENT = `${DIRECTORY}/00000000000000000000-9f3ab2c1.segment`

const open = (files: MemoryFiles) => openSegmentLog({ directory: DIRECTORY, files })
const contents = (files: MemoryFiles) => new Map(files.paths().map((path) => [path, Buffer.from(files.readFile(path))]))

/** A closed log of one record. */
const oneRecord = async (): Promise<MemoryFiles> => {
  const files = memoryFiles()
  const log = await open(files)
  await log.append([Buffer.from('kept')])
  await log.close()
  return files
}

describe('the directory of a segment log', () => {
  it('says what it is before it has a segment, and is opened again', async () => {
    const files = await oneRecord()
    expect(JSON.parse(files.readFile(FORMAT).toString())).toEqual({ format: 'rollcall segment log', version: 1 })
    expect(texts(await readAll(await open(files)))).toEqual(['kept'])
  })

  it('is taken where a first start was cut short', async () => {
    const files = memoryFiles()
    files.writeFile(`${FORMAT}.temporary`, Buffer.from('{'))
    files.writeFile(`${DIRECTORY}/owner.lock`, Buffer.alloc(0))
    const log = await open(files)
    expect(await log.append([Buffer.from('first')])).toBe(0n)
  })

  it.each([
    { name: 'a folder with something else in it', put: { [`${DIRECTORY}/holiday.jpg`]: 'JFIF' }, says: '/spool is no segment log: it holds "holiday.jpg" and no segment-log.json' },
    { name: 'segments that have lost the file that says how to read them', put: { [SEGMENT]: 'x' }, says: '/spool holds segments and no segment-log.json' },
    { name: 'a damaged description', put: { [FORMAT]: '{"format":"rollc', [SEGMENT]: 'x' }, says: '/spool/segment-log.json is damaged' },
    { name: 'an empty description', put: { [FORMAT]: '', [SEGMENT]: 'x' }, says: '/spool/segment-log.json is damaged' },
    { name: 'the description of something else', put: { [FORMAT]: '{"format":"another log","version":1}' }, says: 'describes "another log", needed is "rollcall segment log"' },
    {
      name: 'a newer version',
      put: { [FORMAT]: '{"format":"rollcall segment log","version":2}', [SEGMENT]: 'x' },
      says: '/spool was written in version 2 of its format, this release reads version 1; run the release that wrote it',
    },
    {
      name: 'a segment whose name is damaged',
      put: { [FORMAT]: '{"format":"rollcall segment log","version":1}', [`${DIRECTORY}/0000000000000000000x-9f3ab2c1.segment`]: 'x' },
      says: '/spool/0000000000000000000x-9f3ab2c1.segment is not the name of a segment',
    },
  ])('with $name is refused by name, and nothing in it is changed', async ({ put, says }) => {
    const files = memoryFiles()
    for (const [path, text] of Object.entries(put)) files.writeFile(path, Buffer.from(text ?? ''))
    const before = contents(files)
    await expect(open(files)).rejects.toThrow(DirectoryFormatError)
    await expect(open(files)).rejects.toThrow(says)
    expect(contents(files)).toEqual(before)
  })
})
