import { hash } from 'node:crypto'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { drained } from './testing/kill-in-the-middle.ts'
import { createStage, type Stage } from './testing/stage.ts'

const DELIVERIES = Number(process.env.FUZZ_BODIES ?? 1_500)
const SENDERS = 8
const SEED = Number(process.env.FUZZ_SEED ?? Math.trunc(Math.random() * 2 ** 31))

let stage: Stage
beforeEach(async () => {
  stage = await createStage()
})
afterEach(() => stage.close())

const SURFACES = ['', '/', '/status-callback', '/passthru', '/popup', '/heartbeat', '/sms', '/campaign', '/webrtc', '/exoml', '/connect', '/gather', '/teapot', '/%00', '/../..']
const CONTENT_TYPES = ['', 'application/json', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'multipart/form-data', 'text/html; charset=utf-7', '\u00ff']
const piece = fc.constantFrom(
  'CallSid',
  'SmsSid',
  'status_type',
  '__proto__',
  'Legs[0][Status]',
  '=',
  '&',
  '"',
  '{',
  '}',
  '[',
  ']',
  ':',
  ',',
  '\r\n',
  '--x',
  '--x--',
  '%',
  '%00',
  '%E0',
  '\0',
  'null',
)
const body = fc.oneof(
  fc.uint8Array({ maxLength: 2_000 }).map((bytes) => Buffer.from(bytes)),
  fc.array(fc.oneof(piece, fc.string()), { maxLength: 40 }).map((pieces) => Buffer.from(pieces.join(''))),
  fc.json().map((text) => Buffer.from(text)),
  fc.integer({ min: 1, max: 20_000 }).map((depth) => Buffer.from('['.repeat(depth))),
  fc.constant(Buffer.alloc(0)),
)
const delivery = fc.record({
  method: fc.constantFrom('POST', 'PUT', 'PATCH', 'DELETE'),
  surface: fc.constantFrom(...SURFACES),
  query: fc.option(fc.webQueryParameters(), { nil: '' }),
  contentType: fc.constantFrom(...CONTENT_TYPES),
  body,
})

it(`whatever a body is (FUZZ_SEED=${SEED}), it is answered 200 and is in the log byte for byte`, async () => {
  const ingest = await stage.start()
  const deliveries = fc.sample(delivery, { numRuns: DELIVERIES, seed: SEED })
  const statuses = new Map<number, number>()
  const sent: string[] = []
  const send = async (): Promise<void> => {
    for (let next = deliveries.pop(); next !== undefined; next = deliveries.pop()) {
      const { method, surface, query, contentType, body: bytes } = next
      const answer = await fetch(`${ingest.hook}${surface}${query === '' ? '' : `?${query}`}`.replaceAll('/../..', '/..;/..'), {
        method,
        body: bytes,
        headers: contentType === '' ? {} : { 'content-type': contentType },
      })
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
      sent.push(hash('sha256', bytes))
    }
  }
  await Promise.all(Array.from({ length: SENDERS }, send))
  await drained(ingest)
  expect([...statuses]).toEqual([[200, DELIVERIES]])
  const { accounts, forwarded } = await ingest.status()
  expect([accounts[stage.account]?.received, forwarded]).toEqual([DELIVERIES, DELIVERIES])
  const observations = await stage.observations()
  expect(observations.map(({ payload }) => hash('sha256', payload)).sort()).toEqual(sent.sort())
  expect(observations.every(({ payload, payloadSha256 }) => hash('sha256', payload) === payloadSha256)).toBe(true)
})
