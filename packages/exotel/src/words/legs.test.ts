import { describe, expect, it } from 'vitest'
import { Legs, legKeys } from './legs.ts'

const first = { OnCallDuration: '335', Status: 'completed' }
const second = { OnCallDuration: '0', Status: 'no-answer' }

/** What stands at the keys that are said to lead to a leg. */
const legAmong = (value: unknown, keys: readonly string[] | undefined) => (keys ?? []).reduce<unknown>((inner, key) => (inner as Record<string, unknown>)[key], value)

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
    expect(legs).toMatchObject([first, second])
    expect(legKeys(value).map((keys) => legAmong(value, keys))).toMatchObject(
      [first.Status, second.Status].map((Status) => ({ Status: expect.stringMatching(new RegExp(Status, 'i')) })),
    )
  })

  it.each<readonly [unknown, number]>([
    [2, 1],
    ['2', 1],
    [['2'], 1],
    [0, 0],
    [-1, 0],
    [1.5, 0],
    ['second', 0],
    [101, 0],
    [1e9, 0],
    [null, 0],
    [{ toString: 'x', valueOf: null }, 0],
  ])('with the Id %j stand at place %i', (Id, place) => {
    const value = [{ Leg: { Id, Status: 'busy' } }]
    expect(Legs.parse(value).map((leg) => leg.Status)).toEqual([...Array(place).fill(undefined), 'busy'])
    expect(legKeys(value)[place]).toEqual(['0', 'Leg'])
  })

  const SILENT: readonly unknown[] = [undefined, null, '', 'null', [], {}, [null, null], { note: { Status: 'busy' } }]
  it.each(SILENT.map((value) => ({ value })))('that say nothing ($value) are legs without values', ({ value }) => {
    const said = Legs.parse(value).flatMap((leg) => Object.values(leg))
    expect(said.filter((text) => text !== undefined)).toEqual([])
  })

  it.each([
    ['a word', 'completed'],
    ['a number', 7],
    ['text in the list', ['x']],
  ])('refuse %s', (_, value) => expect(Legs.safeParse(value).success).toBe(false))
})
