import { describe, expect, it } from 'vitest'
import { Legs, legAt } from './legs.ts'

const first = { OnCallDuration: '335', Status: 'completed' }
const second = { OnCallDuration: '0', Status: 'no-answer' }

describe('legs', () => {
  it.each([
    [
      'a list',
      [
        { OnCallDuration: 335, Status: 'Completed' },
        { OnCallDuration: 0, Status: 'no-answer' },
      ],
    ],
    ['wrapped, by Id', [{ Leg: { Id: 2, OnCallDuration: 0, Status: 'no-answer' } }, { Leg: { Id: 1, OnCallDuration: 335, Status: 'completed' } }]],
    ['wrapped, without Id', [{ Leg: { OnCallDuration: 335, Status: 'completed' } }, { Leg: { OnCallDuration: 0, Status: 'no-answer' } }]],
    ['by index from 0', { 0: { OnCallDuration: '335', Status: 'completed' }, 1: { OnCallDuration: '0', Status: 'no-answer' } }],
    ['by index from 1', { 1: { OnCallDuration: '335', Status: 'completed' }, 2: { OnCallDuration: '0', Status: 'no-answer' } }],
  ])('are read from %s', (_, value) => {
    const legs = Legs.parse(value)
    expect(legAt(legs, 1)).toMatchObject(first)
    expect(legAt(legs, 2)).toMatchObject(second)
  })

  it.each([undefined, null, '', 'null', [], {}, [null, null]])('that say nothing (%j) are legs without values', (value) => {
    expect(legAt(Legs.parse(value), 1)).toEqual({ OnCallDuration: undefined, Status: undefined })
  })

  it.each([
    ['a word', 'completed'],
    ['a number', 7],
    ['text in the list', ['x']],
  ])('refuse %s', (_, value) => expect(Legs.safeParse(value).success).toBe(false))
})
