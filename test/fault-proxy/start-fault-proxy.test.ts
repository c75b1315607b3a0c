import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FaultProxy, startFaultProxy } from './start-fault-proxy.ts'

/** What one end of a connection has seen. */
interface Seen {
  readonly socket: Socket
  readonly text: () => string
  /** `end`, `close` or an error's code, in order. */
  readonly events: string[]
}

const seenBy = (socket: Socket): Seen => {
  let text = ''
  const events: string[] = []
  socket.on('data', (chunk) => (text += chunk))
  socket.on('end', () => events.push('end'))
  socket.on('error', (error: NodeJS.ErrnoException) => events.push(error.code ?? 'error'))
  socket.on('close', () => events.push('close'))
  return { socket, text: () => text, events }
}

describe('the fault proxy', () => {
  let server: Server
  let accepted: Seen[]
  let proxy: FaultProxy
  const clients: Socket[] = []

  beforeEach(async () => {
    accepted = []
    server = createServer({ allowHalfOpen: true }, (socket) => accepted.push(seenBy(socket)))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    proxy = await startFaultProxy({ target: () => port })
  })
  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy()
    for (const { socket } of accepted) socket.destroy()
    await proxy.close()
    await new Promise((resolve) => server.close(resolve))
  })
  const connect = (): Seen => {
    const socket = createConnection({ host: '127.0.0.1', port: proxy.port, allowHalfOpen: true })
    clients.push(socket)
    return seenBy(socket)
  }
  /** A connection on which the server has heard `hello`. */
  const greeted = async (): Promise<{ readonly client: Seen; readonly server: Seen }> => {
    const number = accepted.length
    const client = connect()
    client.socket.write('hello')
    await expect.poll(() => accepted[number]?.text()).toBe('hello')
    return { client, server: accepted[number] as Seen }
  }

  it('carries bytes both ways, and each half ends by itself', async () => {
    const { client, server } = await greeted()
    client.socket.end()
    await expect.poll(() => server.events).toEqual(['end'])
    server.socket.end('goodbye')
    await expect.poll(() => client.events).toEqual(['end', 'close'])
    expect(client.text()).toBe('goodbye')
    await expect.poll(() => proxy.connections()).toBe(0)
  })

  it('carries more than it holds, whole', async () => {
    const { client, server } = await greeted()
    const much = 'x'.repeat(8 * 1024 * 1024)
    client.socket.end(much)
    await expect.poll(() => server.events).toEqual(['end'])
    expect(server.text()).toBe(`hello${much}`)
  })

  it('holds back one way only in a black hole, and lets it go when it is healed', async () => {
    const { client, server } = await greeted()
    proxy.set({ toServer: { blackhole: true } })
    client.socket.write(' lost?')
    server.socket.write('still heard')
    await expect.poll(() => client.text()).toBe('still heard')
    expect(server.text()).toBe('hello')
    proxy.set({})
    await expect.poll(() => server.text()).toBe('hello lost?')
  })

  it('is late by its latency', async () => {
    const { client, server } = await greeted()
    proxy.set({ toServer: { latencyMs: 120 } })
    const began = performance.now()
    client.socket.write('!')
    await expect.poll(() => server.text()).toBe('hello!')
    expect(performance.now() - began).toBeGreaterThanOrEqual(119)
  })

  it('lets what is on its way arrive at once when the link is healed', async () => {
    const { client, server } = await greeted()
    proxy.set({ toServer: { bytesPerSecond: 1 } })
    client.socket.write('x'.repeat(1_000))
    await expect.poll(() => proxy.connections()).toBe(1)
    proxy.set({})
    client.socket.write('y')
    await expect.poll(() => server.text()).toBe(`hello${'x'.repeat(1_000)}y`)
  })

  it.each([
    ['reset', ['ECONNRESET', 'close']],
    ['cut', ['end']],
  ] as const)('ends open connections on both sides: %s', async (how, told) => {
    const { client, server } = await greeted()
    proxy.end(how)
    await expect.poll(() => client.events).toEqual(told)
    await expect.poll(() => server.events).toEqual(told)
    expect(proxy.connections()).toBe(0)
    await greeted()
  })

  it('refuses new connections and leaves open ones alone', async () => {
    const { client, server } = await greeted()
    proxy.set({ refuse: true })
    const late = connect()
    await expect.poll(() => late.events).toEqual(['ECONNRESET', 'close'])
    client.socket.write(' again')
    await expect.poll(() => server.text()).toBe('hello again')
  })

  it('is a reset to the client when the server does not listen', async () => {
    await new Promise((resolve) => server.close(resolve))
    const client = connect()
    await expect.poll(() => client.events).toEqual(['ECONNRESET', 'close'])
  })

  it('hands a reset of one side to the other', async () => {
    const { client, server } = await greeted()
    server.socket.resetAndDestroy()
    await expect.poll(() => client.events).toEqual(['ECONNRESET', 'close'])
  })
})
