import { describe, expect, it } from 'vitest'
import { openSegmentLog } from './open-segment-log.ts'
import { readDirectory } from './read-directory.ts'
import { type MemoryFiles, memoryFiles } from './testing/memory-files.ts'
import { texts } from './testing/read-all.ts'

const DIRECTORY = '/spool'
const open = (files: MemoryFiles) => openSegmentLog({ directory: DIRECTORY, files, clock: () => 7, segmentBytesMax: 100 })
const read = async (files: MemoryFiles) => {
  const found = { seqs: [] as bigint[], texts: [] as string[], damagedBytes: 0 }
  for await (const { records, damagedBytes } of readDirectory(DIRECTORY, files)) {
    found.seqs.push(...records.map(({ seq }) => seq))
    found.texts.push(...texts(records))
    found.damagedBytes += damagedBytes
  }
  return found
}
const segmentsOf = (files: MemoryFiles): string[] =>
  files
    .paths()
    .filter((path) => path.endsWith('.segment'))
    .sort()

describe('reading a directory of segments that another process owns', () => {
  it('gives every record over all segments, and changes nothing', async () => {
    const files = memoryFiles()
    const log = await open(files)
    const written = Array.from({ length: 10 }, (_, index) => `record ${index}`.padEnd(40, '.'))
    for (const text of written) await log.append([Buffer.from(text)])
    const before = files.paths().map((path) => [path, files.readFile(path).toString('hex')])
    expect(await read(files)).toEqual({ seqs: written.map((_, index) => BigInt(index)), texts: written, damagedBytes: 0 })
    expect(files.paths().map((path) => [path, files.readFile(path).toString('hex')])).toEqual(before)
    await log.append([Buffer.from('goes on')])
  })

  it('steps over damage, anywhere, and counts it', async () => {
    const files = memoryFiles()
    const log = await open(files)
    for (const text of ['a', 'b', 'c', 'd', 'e']) await log.append([Buffer.from(text)])
    await log.close()
    const [first = '', second = ''] = segmentsOf(files)
    for (const [path, at] of [
      [first, 26],
      [second, 0],
    ] as const) {
      const bytes = Buffer.from(files.readFile(path))
      bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at)
      files.writeFile(path, bytes)
    }
    expect(await read(files)).toEqual({ seqs: [0n, 2n, 3n], texts: ['a', 'c', 'd'], damagedBytes: 50 })
  })

  it('leaves out a segment that is dropped meanwhile', async () => {
    const files = memoryFiles()
    const log = await open(files)
    for (const text of ['a', 'b', 'c', 'd', 'e', 'f']) await log.append([Buffer.from(text.repeat(80))])
    const reading = readDirectory(DIRECTORY, files)
    await reading.next()
    await log.dropBefore(4n, { olderThan: 1e9, bytesMax: 0 })
    const rest = await reading.next()
    expect(rest.done ? [] : rest.value.records.map(({ seq }) => seq)).toEqual([4n])
  })

  it('refuses what is no segment log', async () => {
    const files = memoryFiles()
    files.writeFile(`${DIRECTORY}/notes.txt`, Buffer.from('x'))
    await expect(read(files)).rejects.toThrow('/spool is no segment log')
  })
})
