import { createRandom } from '@rollcall/exotel-simulator/random'
import type { FilePort } from '@rollcall/segment-log/file-port'
import { describeFilePort } from '@rollcall/segment-log/testing/file-port.contract'
import { describe, expect, it } from 'vitest'
import { createSimulatedDisk, type SimulatedDisk } from './simulated-disk.ts'
import { createVirtualTime, type VirtualTime } from './virtual-time.ts'

/** Time goes on for as long as anything is asked of the disk. */
const goingOn = (time: VirtualTime, files: FilePort): FilePort => {
  const asked = <Args extends unknown[], T>(work: (...args: Args) => Promise<T>) => {
    return async (...args: Args): Promise<T> => {
      const answer = work(...args)
      await Promise.all([time.run(() => false), answer.catch(() => undefined)])
      return answer
    }
  }
  const every = <T extends object>(target: T): T =>
    Object.fromEntries(Object.entries(target).map(([name, work]) => [name, asked(work as (...args: unknown[]) => Promise<unknown>)])) as unknown as T
  const { open } = files
  return { ...every(files), open: async (...args) => every(await asked(open)(...args)) }
}

const disks = (seed = 1): { readonly disk: SimulatedDisk; readonly files: FilePort } => {
  const time = createVirtualTime(0)
  const disk = createSimulatedDisk(time, createRandom(seed))
  return { disk, files: goingOn(time, disk.seenBy(time.beginLife('a process'))) }
}

describeFilePort('a simulated disk', async () => ({ files: disks().files, directory: '/disk' }))

const SEEDS = Array.from({ length: 40 }, (_, nth) => nth)

describe('a simulated disk', () => {
  it('keeps over a power cut what was synced under a name that was, and nothing else for certain', async () => {
    const survived = new Set<string>()
    for (const seed of SEEDS) {
      const { disk, files } = disks(seed)
      const file = await files.open('/disk/a', 'create')
      await file.write(Buffer.from('synced'), 0)
      await file.fdatasync()
      await files.syncDirectory('/disk')
      await file.write(Buffer.from('later.'), 6)
      await files.open('/disk/b', 'create')
      disk.powerCut()
      const bytes = Buffer.alloc(20)
      const again = await files.open('/disk/a', 'read')
      const text = bytes.subarray(0, await again.read(bytes, 0)).toString()
      expect(text.slice(0, 6)).toBe('synced')
      const isThere = await files.open('/disk/b', 'read').then(
        () => true,
        () => false,
      )
      survived.add(`${text.length > 6 && text.endsWith('later.')} ${isThere}`)
    }
    expect([...survived].sort()).toEqual(['false false', 'false true', 'true false', 'true true'])
  })

  it('never writes what a sync that failed has dropped, though the next one says that all is well', async () => {
    const lost = []
    for (const seed of SEEDS) {
      const { disk, files } = disks(seed)
      const file = await files.open('/disk/a', 'create')
      await files.syncDirectory('/disk')
      await file.write(Buffer.from('text'), 0)
      disk.setFault('sync-fails', 1)
      await expect(file.fdatasync()).rejects.toThrow('EIO')
      disk.setFault(null, 0)
      await file.fdatasync()
      const bytes = Buffer.alloc(4)
      await file.read(bytes, 0)
      expect(bytes.toString()).toBe('text')
      disk.powerCut()
      await (await files.open('/disk/a', 'read')).read(bytes, 0)
      if (bytes.toString() !== 'text') lost.push(seed)
    }
    expect(lost.length).toBeGreaterThan(SEEDS.length / 2)
  })
})
