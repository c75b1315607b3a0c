import { afterEach, describe, expect, it } from 'vitest'
import { createVirtualClock } from '../clock/virtual-clock.ts'
import { type Simulator, startSimulator } from '../start-simulator.ts'
import { type Receiver, startReceiver } from '../testing/start-receiver.ts'

const HOUR = 3_600_000
const AUTHORIZATION = `Basic ${Buffer.from('key:token').toString('base64')}`

const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

const start = async (faults: object = {}): Promise<{ readonly simulator: Simulator; readonly sink: Receiver }> => {
  const sink = await startReceiver()
  const simulator = await startSimulator({
    account: { sid: 'acme', apiKey: 'key', apiToken: 'token' },
    seed: 2,
    webhookUrl: `${sink.url}/elsewhere`,
    faults,
    clock: createVirtualClock({ spanMs: 6 * HOUR }),
  })
  open.push(sink.close, () => simulator.stop())
  return { simulator, sink }
}

const TWO = { From: '09000000001', To: '09000000002', CallerId: '09000009001' }
const connect = ({ simulator }: { simulator: Simulator }, parameters: Record<string, string>, how: 'form' | 'multipart' = 'form', path = 'connect.json') => {
  const form = new FormData()
  for (const [name, value] of Object.entries(parameters)) form.append(name, value)
  return fetch(`${simulator.url}/v1/Accounts/acme/Calls/${path}`, {
    method: 'POST',
    headers: { authorization: AUTHORIZATION },
    body: how === 'form' ? new URLSearchParams(parameters) : form,
  })
}
const sidOf = async (response: Response): Promise<string> => ((await response.json()) as { Call: { Sid: string } }).Call.Sid

describe('connecting by API', () => {
  it.each([
    { title: 'two numbers without a StatusCallback', more: { To: TWO.To }, kind: 'outbound-silent', events: [] },
    { title: 'with one, without events', more: { To: TWO.To, callback: 'yes' }, kind: 'outbound-default', events: ['status-callback/default'] },
    {
      title: 'with the terminal event',
      more: { To: TWO.To, callback: 'yes', 'StatusCallbackEvents[0]': 'terminal' },
      kind: 'outbound-extended',
      events: ['status-callback/terminal'],
    },
    { title: 'to a flow', more: { Url: 'http://my.exotel.com/acme/exoml/start_voice/1', callback: 'yes' }, kind: 'outbound-flow', events: ['status-callback/default'] },
  ])('$title', async ({ more: { callback, ...more }, kind, events }) => {
    const { simulator, sink } = await start()
    const response = await connect({ simulator }, {
      From: TWO.From,
      CallerId: TWO.CallerId,
      ...more,
      ...(callback === undefined ? {} : { StatusCallback: `${sink.url}/mine?key=k` }),
    } as Record<string, string>)
    expect(response.status).toBe(200)
    const call = simulator.ledger.call(await sidOf(response))
    expect(call).toMatchObject({ kind, truth: { from: TWO.From, exophone: TWO.CallerId } })
    expect(call?.webhooks.map(({ event }) => event)).toEqual(events)
    await simulator.idle()
    expect(sink.received.map(({ url }) => url)).toEqual(events.map(() => '/hooks/acme/secret/mine?key=k'))
  })

  it('takes multipart as well, echoes the custom field, and sends JSON where asked', async () => {
    const { simulator, sink } = await start()
    await connect(
      { simulator },
      { ...TWO, StatusCallback: sink.url, 'StatusCallbackEvents[]': 'terminal', StatusCallbackContentType: 'application/json', CustomField: 'order 1', TimeLimit: '5' },
      'multipart',
    )
    await simulator.idle()
    const [call] = simulator.ledger.calls()
    expect(JSON.parse(sink.received[0]?.body ?? '')).toMatchObject({ CallSid: call?.callSid, CustomField: 'order 1', From: TWO.From, To: TWO.To })
    expect(call?.truth.durationSeconds).toBeLessThanOrEqual(5)
  })

  it('answers as for any call: running, absent from the list', async () => {
    const { simulator } = await start()
    const response = await connect({ simulator }, TWO)
    expect(await response.json()).toMatchObject({ Call: { Status: 'in-progress', Direction: 'outbound-api', AccountSid: 'acme', To: TWO.To } })
    const list = await fetch(`${simulator.url}/v1/Accounts/acme/Calls.json`, { headers: { authorization: AUTHORIZATION } })
    expect(await list.json()).toMatchObject({ Calls: [] })
    expect(await (await connect({ simulator }, TWO, 'form', 'connect')).text()).toContain('<TwilioResponse><Call><Sid>')
  })

  it('can be overtaken by the call’s first webhook', async () => {
    const { simulator, sink } = await start({ beforeResponseRate: 1 })
    await connect({ simulator }, { ...TWO, StatusCallback: sink.url })
    expect(sink.received.length).toBe(1)
  })

  it.each([
    { wrong: { From: '' }, named: 'From' },
    { wrong: { CallerId: '' }, named: 'CallerId' },
    { wrong: { Url: 'http://my.exotel.com/x' }, named: 'To' },
    { wrong: { StatusCallback: 'ftp://x' }, named: 'StatusCallback' },
    { wrong: { 'StatusCallbackEvents[0]': 'ringing' }, named: 'StatusCallbackEvents' },
    { wrong: { StatusCallbackContentType: 'text/xml' }, named: 'StatusCallbackContentType' },
    { wrong: { TimeLimit: '14401' }, named: 'TimeLimit' },
  ])('$wrong is refused by name', async ({ wrong, named }) => {
    const { simulator } = await start()
    const response = await connect({ simulator }, { ...TWO, ...wrong } as Record<string, string>)
    expect(response.status).toBe(400)
    expect(((await response.json()) as { RestException: { Message: string } }).RestException.Message).toContain(`Invalid parameter ${named}`)
    expect(simulator.ledger.calls()).toEqual([])
  })
})
