import { expect, it } from 'vitest'
import { createMicroBatcher } from './micro-batcher.ts'

it('sends what queued during a send as the next batch, within the bound, and fails only the batch that failed', async () => {
  const batches: string[][] = []
  const append = createMicroBatcher(async (items: readonly string[]) => {
    batches.push([...items])
    await new Promise(setImmediate)
    if (items.includes('poison')) throw new Error('refused')
  }, 3)
  const outcomes = await Promise.allSettled(['a', 'b', 'c', 'poison', 'e'].map(append))
  expect(batches).toEqual([
    ['a', 'b', 'c'],
    ['poison', 'e'],
  ])
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'rejected'])
})
