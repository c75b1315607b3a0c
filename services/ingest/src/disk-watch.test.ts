import { beforeEach, describe, expect, it } from 'vitest'
import { createDiskWatch, type DiskSpace, type DiskWatch } from './disk-watch.ts'

const BLOCKS = 1_000
let space: DiskSpace | Error
let told: string[]
let pressed: number
let watch: DiskWatch

/** Of a disk without a reserve. */
const used = (blocks: number): DiskSpace => ({ blocks: BLOCKS, bfree: BLOCKS - blocks, bavail: BLOCKS - blocks })
const sees = async (now: DiskSpace | Error) => {
  space = now
  await watch.look()
  return watch.reason()
}

beforeEach(() => {
  told = []
  pressed = 0
  const tell = (fields: { readonly event: string }) => void told.push(fields.event)
  watch = createDiskWatch({
    directory: '/spool',
    space: async () => {
      if (space instanceof Error) throw space
      return space
    },
    onPressed: async () => {
      pressed += 1
    },
    logger: { warn: tell, info: tell } as never,
  })
})

describe("the spool's disk", () => {
  it('takes the host out of the balance from nine tenths on, and brings it back below', async () => {
    expect(await sees(used(899))).toBeNull()
    expect(await sees(used(900))).toBe("the spool's disk is 90 % full, allowed are less than 90 %")
    expect(await sees(used(899))).toBeNull()
  })

  it('tells an operator once from four fifths on, and once when there is room again', async () => {
    for (const blocks of [799, 800, 950, 800, 799, 10]) await sees(used(blocks))
    expect(told).toEqual(['disk.filling', 'disk.has-room'])
  })

  it('asks for room at every look while it is pressed', async () => {
    for (const blocks of [899, 900, 1_000, 899]) await sees(used(blocks))
    expect(pressed).toBe(2)
  })

  it('counts what only root may use as neither used nor free', async () => {
    expect(await sees({ blocks: BLOCKS, bfree: 150, bavail: 100 })).toBeNull()
    expect(watch.usedShare()).toBeCloseTo(850 / 950)
  })

  it('that cannot be asked, because it is gone, takes the host out of the balance', async () => {
    expect(await sees(new Error('ENOENT'))).toContain('100 % full')
  })

  it('that counts no blocks, as some network file systems do, is taken to have room', async () => {
    expect(await sees({ blocks: 0, bfree: 0, bavail: 0 })).toBeNull()
  })
})
