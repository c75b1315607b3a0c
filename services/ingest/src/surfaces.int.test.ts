import type { Observation } from '@rollcall/contracts/observation'
import { peekDelivery } from '@rollcall/exotel/peek-delivery'
import { readObservation } from '@rollcall/exotel/read-observation'
import { GOLDEN_CASES } from '@rollcall/exotel/surface/testing/golden-cases'
import { goldenObservation } from '@rollcall/exotel/surface/testing/golden-observation'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { drained } from './testing/kill-in-the-middle.ts'
import { createStage, type Stage } from './testing/stage.ts'

const AT = 0
const deliveries = GOLDEN_CASES.flatMap((golden) => golden.encodings.map((encoding) => goldenObservation(golden, encoding))).filter(({ method }) => method !== null)

let stage: Stage
beforeEach(async () => {
  // The account that the golden bodies name.
  stage = await createStage('acme')
})
afterEach(() => stage.close())

/** What of an observation does not differ from one run to the next, and what it says. */
const essence = (observation: Observation): string => {
  const { surface, callSid, method, query, payload } = observation
  return JSON.stringify({ surface, callSid, method, query, payload: Buffer.from(payload).toString('latin1'), says: readObservation({ ...observation, receivedAt: AT }) })
}

it.each([
  ['named by its URL', true],
  ['recognised by its shape', false],
])('every surface in every encoding comes through as it is read, %s', async (_how, named) => {
  const ingest = await stage.start()
  const expected = deliveries.map((delivery): Observation => {
    const { method, query, contentType, payload, surface } = delivery
    // No URL can say that its surface is not known.
    const nameable = named && surface !== 'unrecognised' ? surface : null
    return { ...delivery, ...peekDelivery({ method: method ?? '', query, contentType, body: payload, surface: nameable }) }
  })
  for (const { method, query, contentType, payload, surface } of deliveries) {
    const path = `${named ? `/${surface}` : ''}${query === null ? '' : `?${query}`}`
    const sent = { method: method ?? '', redirect: 'manual', ...(method === 'GET' ? {} : { body: Buffer.from(payload), headers: { 'content-type': contentType ?? '' } }) } as const
    expect((await fetch(ingest.hook + path, sent)).status).toBe(200)
  }
  await drained(ingest)
  const observations = await stage.observations()
  const [found, wanted] = [observations.map(essence), expected.map(essence)]
  expect([found.filter((one) => !wanted.includes(one)), wanted.filter((one) => !found.includes(one)), found.length]).toEqual([[], [], wanted.length])
  expect(new Set(observations.map(({ surface }) => surface)).size).toBeGreaterThan(8)
})
