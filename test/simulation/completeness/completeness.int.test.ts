/** The figures that auditors are told are the ledger's, whatever went wrong on the day. */
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import '@rollcall/store/testing/provided-context'
import { createSurroundings } from '../reconcile/surroundings.ts'
import { COMPARED_MIN, tooFew } from './compared-min.ts'
import { proveCompleteness } from './prove-completeness.ts'
import { proveDay } from './prove-day.ts'

/** An hour of calls, many of which lose their webhooks, by themselves and in two blackouts: short enough for every run of the tests. */
const SEED_OF_AN_HOUR = 14
const seed = Number(process.env.SIM_SEED ?? SEED_OF_AN_HOUR)
const HOURS_OF_EVERY_LOSS = 2

let surroundings: Awaited<ReturnType<typeof createSurroundings>>
beforeAll(async () => {
  surroundings = await createSurroundings(inject('superuserUrl'), inject('databaseUrl'))
})
afterAll(() => surroundings?.close())

it(`completeness and yield by window, hour and day are the ledger’s (SIM_SEED=${seed})`, async () => {
  const { figures, wrong } = await proveCompleteness(surroundings, seed)
  console.log(JSON.stringify(figures))
  expect(wrong.slice(0, 20)).toEqual([])
})

it(`completeness, timeliness and yield are the ledger’s on a day with every kind of loss (SIM_SEED=${seed})`, async () => {
  const { figures, compared, wrong } = await proveDay(surroundings, seed, HOURS_OF_EVERY_LOSS)
  console.log(JSON.stringify({ ...figures, compared }))
  expect(wrong.slice(0, 20)).toEqual([])
  expect(tooFew(compared)).toEqual([])
  expect(Object.keys(compared).toSorted()).toEqual(Object.keys(COMPARED_MIN).toSorted())
})
