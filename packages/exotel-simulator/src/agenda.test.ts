import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createAgenda } from './agenda.ts'

describe('an agenda', () => {
  it('gives out whatever was put in by time, and in the order of putting in where times are equal', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20)), (times) => {
        const agenda = createAgenda<number>()
        times.forEach((at, order) => {
          agenda.add(at, order)
        })
        const taken: number[] = []
        for (let item = agenda.take(); item !== undefined; item = agenda.take()) taken.push(item)
        expect(taken).toEqual(times.map((_, order) => order).sort((a, b) => (times[a] as number) - (times[b] as number) || a - b))
      }),
    )
  })
})
