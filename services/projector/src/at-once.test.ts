import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { atOnce } from './at-once.ts'

describe('work at once', () => {
  it('is done on every item, on no more than so many at the same time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 20 }), async (scheduler, max, count) => {
        const done: number[] = []
        let [running, most] = [0, 0]
        const items = Array.from({ length: count }, (_, nth) => nth)
        const all = atOnce(max, items, async (item) => {
          running += 1
          most = Math.max(most, running)
          await scheduler.schedule(Promise.resolve())
          running -= 1
          done.push(item)
        })
        await scheduler.waitFor(all)
        expect(done.toSorted((a, b) => a - b)).toEqual(items)
        expect(most).toBe(Math.min(max, count))
      }),
    )
  })

  it('ends with the first failure once what had begun has ended, and begins nothing further', async () => {
    const begun: number[] = []
    const ended: number[] = []
    const work = async (item: number): Promise<void> => {
      begun.push(item)
      await Promise.resolve()
      if (item === 0) throw new Error('no')
      await Promise.resolve()
      ended.push(item)
    }
    await expect(atOnce(2, [0, 1, 2, 3], work)).rejects.toThrow('no')
    expect([begun, ended]).toEqual([[0, 1], [1]])
  })
})
