import { setImmediate as turn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { createSpoolWatch } from './spool-watch.ts'

it('says why the own spool cannot be written to for as long as that is so, and looks at the others as well', async () => {
  let problem: string | null = null
  let looked = 0
  const own = { look: async () => (problem === null ? undefined : Promise.reject(new Error(problem))) }
  const other = {
    look: async () => {
      looked += 1
      throw new Error('of nobody’s concern who delivers')
    },
  }
  const watch = createSpoolWatch({ own, others: [other] })
  expect(watch.reason()).toBeNull()
  await watch.look()
  expect([watch.reason(), looked]).toEqual([null, 1])
  problem = 'read-only'
  await watch.look()
  expect([watch.reason(), looked]).toEqual(['read-only', 2])
  problem = null
  await watch.look()
  expect(watch.reason()).toBeNull()
  const stopping = new AbortController()
  const running = watch.run(stopping.signal)
  await turn()
  stopping.abort()
  await running
})
