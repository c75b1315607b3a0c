import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { hasArrived } from '@rollcall/exotel-simulator/calls/expected-record'
import { createVirtualClock } from '@rollcall/exotel-simulator/clock/virtual-clock'
import { startSimulator } from '@rollcall/exotel-simulator/start-simulator'
import { expect, it } from 'vitest'

it('hears of every call whose webhook arrives', async () => {
  const heard = new Set<string | null>()
  const app = createServer((request, response) => {
    heard.add(new URL(request.url ?? '', 'http://app').searchParams.get('CallSid'))
    response.end()
  }).listen(0, '127.0.0.1')
  await once(app, 'listening')
  const webhookUrl = `http://127.0.0.1:${(app.address() as AddressInfo).port}`
  const clock = createVirtualClock({ spanMs: 3_600_000 }) // The past hour, as fast as the app takes it.
  const traffic = { calls: 200, kinds: { 'inbound-passthru': 1 } }
  const account = { sid: 'acme', apiKey: 'key', apiToken: 'token' }
  const simulator = await startSimulator({ account, seed: 1, webhookUrl, clock, traffic, faults: { dropRate: 0.1 } })
  await simulator.play()
  for (const { callSid, webhooks } of simulator.ledger.calls()) expect(heard.has(callSid)).toBe(webhooks.some(hasArrived))
  await simulator.stop()
  app.close()
})
