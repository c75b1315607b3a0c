import { readObservation } from '@rollcall/exotel/read-observation'
import { expect, it } from 'vitest'
import { planLog } from './plan-log.ts'

it.each([
  { observations: 4_000, calls: 1_200, seed: 1 },
  { observations: 1_000, calls: 1_000, seed: 2 },
  { observations: 3_001, calls: 100, seed: 3 },
])('plans as many observations of as many calls as are asked for, each readable as its call’s, in the order of receipt: %j', (plan) => {
  const planned = [...planLog(plan)]
  expect(planned.length).toBe(plan.observations)
  expect(new Set(planned.map(({ callSid }) => callSid)).size).toBe(plan.calls)
  for (const observation of planned) expect(readObservation(observation)).toMatchObject({ kind: 'facts', facts: { callSid: observation.callSid } })
  const seconds = planned.map(({ receivedAt }) => Math.floor(receivedAt / 1_000))
  expect(seconds).toEqual(seconds.toSorted((a, b) => a - b))
})

it('plans the same again, ids apart', () => {
  const said = () => [...planLog({ observations: 500, calls: 200, seed: 4 })].map(({ callSid, payloadSha256, receivedAt }) => [callSid, payloadSha256, receivedAt])
  expect(said()).toEqual(said())
})
