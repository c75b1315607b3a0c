/** A file that is sent while it is made, over real sockets: whoever takes it may leave, or take nothing, at any moment. */
import { once } from 'node:events'
import { type ClientRequest, get, type IncomingMessage } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'
import { createLogger } from '@rollcall/telemetry/create-logger'
import fastify from 'fastify'
import { expect, it, onTestFinished } from 'vitest'
import type { BeginFile } from './question.ts'
import { createSendFile } from './send-file.ts'

const MANY = Buffer.alloc(4 * 1_048_576)
const PART = Buffer.alloc(65_536)
const IDLE_MS = 200

/** A server that makes one file so; `before` is what takes its time before it begins. Gives how the making ended. */
const serving = async (make: (begin: BeginFile) => Promise<void>, before: (request: IncomingMessage) => Promise<unknown> = async () => {}) => {
  const server = fastify({ connectionTimeout: IDLE_MS })
  onTestFinished(() => server.close())
  const sendFile = createSendFile(server, createLogger({ service: 'test', level: 'silent' }), IDLE_MS)
  const ended = new Promise<unknown>((resolve) => {
    server.get('/', async (request, reply) => {
      await before(request.raw)
      return sendFile(reply, 'application/zip', (begin) =>
        make(begin).then(
          () => resolve(null),
          (error: unknown) => {
            resolve(error)
            throw error
          },
        ),
      )
    })
  })
  await server.listen({ host: '127.0.0.1', port: 0 })
  const ask = (): ClientRequest => get({ host: '127.0.0.1', port: (server.server.address() as AddressInfo).port, agent: false }).on('error', () => {})
  return { ask, ended }
}
const many = async (begin: BeginFile): Promise<void> => {
  const put = begin('many.zip')
  for (let nth = 0; nth < 8; nth += 1) await put(MANY)
}

it('is not made for whoever left while it was found out who they are', async () => {
  const { ask, ended } = await serving(many, async (request) => {
    asking.destroy()
    await once(request.socket, 'close')
  })
  const asking = ask()
  expect(String(await ended)).toContain('whoever asked is gone')
})

it('is not made on for whoever leaves, or takes nothing any more', async () => {
  for (const leave of [true, false]) {
    const { ask, ended } = await serving(many)
    const [response] = (await once(ask(), 'response')) as [IncomingMessage]
    response.on('error', () => {})
    if (leave) response.destroy()
    expect(await ended).toMatchObject({ name: 'AbortError' })
  }
})

it('is cut off where whoever asked takes nothing of the end of it, which waits when all of it is made', async () => {
  let closed: Promise<unknown> = Promise.resolve()
  let socket: Socket | undefined
  const { ask, ended } = await serving(
    async (begin) => {
      const put = begin('all.zip')
      // Until the system takes no more of it.
      do {
        await put(PART)
        await turn()
      } while (socket?.writableLength === 0)
    },
    async (request) => {
      socket = request.socket
      closed = once(socket, 'close')
    },
  )
  const [response] = (await once(ask(), 'response')) as [IncomingMessage]
  response.on('error', () => {})
  expect(await ended).toBeNull()
  await closed
})

it('is sent to its end where the making is silent for longer than a connection may be idle', async () => {
  const { ask, ended } = await serving(async (begin) => {
    const put = begin('slow.zip')
    await put(Buffer.from('a'))
    await sleep(3 * IDLE_MS)
    await put(Buffer.from('b'))
  })
  const [response] = (await once(ask(), 'response')) as [IncomingMessage]
  expect(response.headers['content-disposition']).toBe('attachment; filename="slow.zip"')
  expect(String(await buffer(response))).toBe('ab')
  expect(await ended).toBeNull()
})

it('that fails before its first byte is answered as what it is, and saved by nobody', async () => {
  const { ask } = await serving(async (begin) => {
    begin('none.zip')
    throw new Error('the first window cannot be read')
  })
  const [response] = (await once(ask(), 'response')) as [IncomingMessage]
  expect([response.statusCode, response.headers['content-disposition']]).toEqual([500, undefined])
  response.resume()
})
