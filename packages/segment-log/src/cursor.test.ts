import { describe, expect, it } from 'vitest'
import { openCursor } from './cursor.ts'
import { SpoolWriteError } from './spool-errors.ts'
import { faultyFiles } from './testing/faulty-files.ts'
import { memoryFiles } from './testing/memory-files.ts'

const FILE = '/spool/forwarded.cursor'

describe('a cursor', () => {
  it('begins at 0 and remembers where it was moved', async () => {
    const files = memoryFiles()
    const cursor = await openCursor({ file: FILE, files })
    expect(cursor.position()).toBe(0n)
    for (const to of [1n, 5n, 2n ** 60n]) {
      await cursor.advance(to)
      expect(cursor.position()).toBe(to)
      expect((await openCursor({ file: FILE, files })).position()).toBe(to)
    }
  })

  it('never goes back', async () => {
    const cursor = await openCursor({ file: FILE, files: memoryFiles() })
    await cursor.advance(7n)
    await cursor.advance(3n)
    expect(cursor.position()).toBe(7n)
  })

  it('moved many times during one write writes the last of them', async () => {
    let syncs = 0
    const files = faultyFiles(memoryFiles(), (operation) => {
      if (operation === 'fdatasync') syncs += 1
      return undefined
    })
    const cursor = await openCursor({ file: FILE, files })
    await Promise.all(Array.from({ length: 50 }, (_, index) => cursor.advance(BigInt(index + 1))))
    expect(cursor.position()).toBe(50n)
    expect(syncs).toBe(2)
  })

  it('spoiled at any byte of its newest slot answers the position before', async () => {
    const files = memoryFiles()
    const cursor = await openCursor({ file: FILE, files })
    await cursor.advance(10n)
    await cursor.advance(20n)
    const good = files.readFile(FILE)
    for (let at = 0; at < 24; at += 1) {
      const bytes = Buffer.from(good)
      bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at)
      files.writeFile(FILE, bytes)
      expect((await openCursor({ file: FILE, files })).position(), `byte ${at}`).toBe(10n)
    }
  })

  it('after a power cut is where it was acknowledged to be, or where it was going', async () => {
    for (let seed = 0; seed < 50; seed += 1) {
      let state = seed
      const chance = () => {
        state = (state * 1_103_515_245 + 12_345) % 2 ** 31
        return state / 2 ** 31
      }
      const files = memoryFiles()
      const cursor = await openCursor({ file: FILE, files })
      await cursor.advance(10n)
      const moving = cursor.advance(20n)
      await Promise.resolve()
      const { position } = await openCursor({ file: FILE, files: files.powerCut(chance) }).then((after) => ({ position: after.position() }))
      expect([10n, 20n], `seed ${seed}`).toContain(position)
      await moving
    }
  })

  it('that could not be moved says so, stays where it was, and can be moved again', async () => {
    let fail = false
    const files = faultyFiles(memoryFiles(), (operation) => (fail && operation === 'fdatasync' ? { code: 'EIO' } : undefined))
    const cursor = await openCursor({ file: FILE, files })
    await cursor.advance(1n)
    fail = true
    await expect(cursor.advance(2n)).rejects.toThrow(SpoolWriteError)
    await expect(cursor.advance(2n)).rejects.toThrow(FILE)
    expect(cursor.position()).toBe(1n)
    fail = false
    await cursor.advance(2n)
    expect(cursor.position()).toBe(2n)
    await cursor.close()
  })
})
