import { readObservation } from '@rollcall/exotel/read-observation'
import { anObservation } from '@rollcall/exotel/testing/an-observation'
import { expect, it } from 'vitest'
import { callbackBodies } from './callback-body.ts'

it('every body is a readable callback of another call', () => {
  const [one, other] = [callbackBodies('a1'), callbackBodies('a2')]
  const sids = [one(), one(), other()].map((body) => {
    const said = readObservation(anObservation({ surface: 'status-callback', payload: body }))
    return said.kind === 'facts' ? said.facts.callSid : said
  })
  expect(new Set(sids).size).toBe(3)
  expect(sids).toEqual([expect.stringMatching(/^[0-9a-z]{32}$/), expect.stringMatching(/^[0-9a-z]{32}$/), expect.stringMatching(/^[0-9a-z]{32}$/)])
})
