import { readObservation } from '@rollcall/exotel/read-observation'
import { expect, it } from 'vitest'
import { planObservations } from './plan-observations.ts'

const observations = planObservations(5_000)

it('every planned observation is readable, and there are about two and a half of each call', () => {
  const unreadable = observations.map(readObservation).filter(({ kind }) => kind !== 'facts')
  expect(unreadable).toEqual([])
  const perCall = observations.length / new Set(observations.map(({ callSid }) => callSid)).size
  expect(perCall).toBeGreaterThan(2.2)
  expect(perCall).toBeLessThan(2.8)
})

it('all encodings, API rows and second copies are among them', () => {
  const kinds = new Set(observations.map(({ surface, contentType }) => `${surface} ${contentType?.split(';')[0] ?? 'query'}`))
  expect([...kinds].sort()).toEqual([
    'call-list application/json',
    'passthru query',
    'status-callback application/json',
    'status-callback application/x-www-form-urlencoded',
    'status-callback multipart/form-data',
  ])
  expect(new Set(observations.map(({ payloadSha256 }) => payloadSha256)).size).toBeLessThan(observations.length)
})
