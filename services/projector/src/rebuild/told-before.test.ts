import fc from 'fast-check'
import { expect, it } from 'vitest'
import { newToldBefore, toldBeforeMemory } from './told-before.ts'

const keyOf = (nth: number): string => `acme|call-${nth}`

it('never forgets a call', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { maxLength: 200 }), (keys) => {
      const told = newToldBefore(toldBeforeMemory())
      for (const key of keys) told.note(key)
      return keys.every((key) => told.note(key))
    }),
    { numRuns: 5 },
  )
})

it('tells one of two threads that a call is new', () => {
  const memory = toldBeforeMemory()
  const [one, other] = [newToldBefore(memory), newToldBefore(memory)]
  expect([one.note('acme|a'), other.note('acme|a'), other.note('acme|b'), one.note('acme|b')]).toEqual([false, true, false, true])
})

it('mistakes next to none of half a million calls', () => {
  const told = newToldBefore(toldBeforeMemory())
  let mistaken = 0
  for (let nth = 0; nth < 500_000; nth += 1) if (told.note(keyOf(nth))) mistaken += 1
  expect(mistaken).toBeLessThan(50)
})
