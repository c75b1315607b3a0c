import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EventLog, type LogRecord, LogReplacedError, LogUnavailableError } from '../event-log.ts'
import { describeEventLog } from '../testing/event-log.contract.ts'
import { openEmbeddedEventLog } from './embedded-event-log.ts'
import { connectEmbeddedEventLog } from './remote-event-log.ts'
import { serveEmbeddedLog } from './serve-embedded-log.ts'

const TOPIC = { name: 'rollcall.test.v1', partitions: 3, cleanup: 'delete' } as const
const SOON = { deadlineMs: 10_000 }
const record = (key: string, value = key): LogRecord => ({ key, value: Buffer.from(value), headers: {}, timestamp: 1 })

let directory: string
let log: EventLog
let server: Awaited<ReturnType<typeof serveEmbeddedLog>>
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'served-log-'))
  log = await openEmbeddedEventLog({ directory })
  server = await serveEmbeddedLog({ log, host: '127.0.0.1', port: 0 })
  await log.ensureTopics([TOPIC])
})
afterAll(async () => {
  await server.close()
  await log.close()
  await rm(directory, { recursive: true })
})

describeEventLog('one disk, in another process', async () => {
  const client = connectEmbeddedEventLog({ url: server.url })
  return { log: client, close: () => client.close() }
})

describe('a served embedded log', () => {
  it('is one log to several clients: all they append together is there, in one order for all', async () => {
    const clients = [1, 2, 3].map(() => connectEmbeddedEventLog({ url: server.url }))
    const topic = { ...TOPIC, name: 'shared', partitions: 1 }
    await Promise.all(clients.map((client) => client.ensureTopics([topic])))
    await Promise.all(clients.flatMap((client, number) => Array.from({ length: 200 }, (_, index) => client.append('shared', [record(`${number}-${index}`)], SOON))))
    const views = await Promise.all(clients.map((client) => client.read('shared', new Map([[0, 0n]]), { maxBytes: 10_000_000, maxWaitMs: 0 })))
    const keys = views[0]?.get(0)?.map(({ key }) => key) ?? []
    expect(new Set(keys).size).toBe(600)
    for (const view of views) expect(view).toEqual(views[0])
    await Promise.all(clients.map((client) => client.close()))
  })

  it('wakes a reader in one client when another appends', async () => {
    const [reader, writer] = [connectEmbeddedEventLog({ url: server.url }), connectEmbeddedEventLog({ url: server.url })]
    const positions = new Map([...(await reader.bounds(TOPIC.name))].map(([partition, { next }]) => [partition, next]))
    const reading = reader.read(TOPIC.name, positions, { maxBytes: 1_000, maxWaitMs: 30_000 })
    await writer.append(TOPIC.name, [record('k', 'news')], SOON)
    expect([...(await reading).values()].flat().map(({ value }) => Buffer.from(value).toString())).toEqual(['news'])
    await Promise.all([reader.close(), writer.close()])
  })

  it.each(['0.0.0.0', '::', '192.0.2.1', 'example.test'])('refuses to be served on %s, where others could reach it', async (host) => {
    await expect(serveEmbeddedLog({ log, host, port: 0 })).rejects.toThrow(host)
  })

  it.each([
    { name: 'a web page, which cannot send our header', headers: {}, says: 'x-rollcall-log is missing' },
    { name: 'a web page under a name that points here', headers: { 'x-rollcall-log': '2', host: 'attacker.example' }, says: 'attacker.example' },
    { name: 'another release', headers: { 'x-rollcall-log': '7' }, says: 'run the same release on both ends' },
  ])('refuses $name', async ({ headers, says }) => {
    const { status, text } = await post(`${server.url}/cluster-id`, headers)
    expect(status).toBe(400)
    expect(text).toContain(says)
  })

  it.each([
    { path: '/nowhere', body: '' },
    { path: '/read', body: 'not json' },
    { path: '/read', body: '{"topic":1}' },
    { path: '/append?deadlineMs=1000&clusterId=any', body: 'x' },
    { path: '/append', body: '' },
    { path: '/append?deadlineMs=1000', body: '' },
    { path: '/ensure-topics', body: '[{"name":"t","partitions":0,"cleanup":"delete"}]' },
  ])('answers $path with $body as a bad request and goes on', async ({ path, body }) => {
    expect((await post(server.url + path, { 'x-rollcall-log': '2' }, body)).status).toBe(400)
    const client = connectEmbeddedEventLog({ url: server.url })
    expect(await client.clusterId()).toBe(await log.clusterId())
    await client.close()
  })
})

describe('a client of an embedded log', () => {
  it('says that the log is unavailable while nothing listens, and works once it does', async () => {
    const other = createTcpServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    other.close()
    await once(other, 'close')
    const client = connectEmbeddedEventLog({ url: `http://127.0.0.1:${port}` })
    await expect(client.append(TOPIC.name, [record('k')], SOON)).rejects.toThrow(LogUnavailableError)
    await expect(client.bounds(TOPIC.name)).rejects.toThrow(`http://127.0.0.1:${port}`)
    const served = await serveEmbeddedLog({ log, host: '127.0.0.1', port })
    await client.append(TOPIC.name, [record('k')], SOON)
    await client.close()
    await served.close()
  })

  it('takes nothing for appended while another log is served at its address', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'another-log-'))
    const another = await openEmbeddedEventLog({ directory: elsewhere })
    await another.ensureTopics([TOPIC])
    const ours = await serveEmbeddedLog({ log, host: '127.0.0.1', port: 0 })
    const port = Number(new URL(ours.url).port)
    const client = connectEmbeddedEventLog({ url: ours.url })
    await client.append(TOPIC.name, [record('k')], SOON)
    await ours.close()
    const theirs = await serveEmbeddedLog({ log: another, host: '127.0.0.1', port })
    const refused = () => client.append(TOPIC.name, [record('k')], SOON).catch((thrown: unknown) => thrown)
    // A connection that was kept from before may break first.
    await expect.poll(refused, { timeout: 10_000 }).toBeInstanceOf(LogReplacedError)
    expect(((await refused()) as Error).message).toContain(`the cluster id was ${await log.clusterId()} and is ${await another.clusterId()}`)
    expect([...(await another.bounds(TOPIC.name)).values()].map(({ next }) => next)).toEqual([0n, 0n, 0n])
    await theirs.close()
    const back = await serveEmbeddedLog({ log, host: '127.0.0.1', port })
    await expect.poll(refused, { timeout: 10_000 }).toBeUndefined()
    await client.close()
    await back.close()
    await another.close()
    await rm(elsewhere, { recursive: true })
  })

  it('gives up at its deadline when the log does not answer', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const client = connectEmbeddedEventLog({ url: `http://127.0.0.1:${(silent.address() as AddressInfo).port}` })
    const started = performance.now()
    await expect(client.append(TOPIC.name, [record('k')], { deadlineMs: 100 })).rejects.toThrow(LogUnavailableError)
    expect(performance.now() - started).toBeLessThan(2_000)
    silent.closeAllConnections()
    silent.close()
    await client.close()
  })

  it('says so when something else answers', async () => {
    const other = createServer((_, response) => response.writeHead(404).end('<html>')).listen(0, '127.0.0.1')
    await once(other, 'listening')
    const client = connectEmbeddedEventLog({ url: `http://127.0.0.1:${(other.address() as AddressInfo).port}` })
    await expect(client.clusterId()).rejects.toThrow('not from an embedded log')
    await client.close()
    other.closeAllConnections()
    other.close()
  })

  it('has its waiting reads answered when the server closes', async () => {
    const served = await serveEmbeddedLog({ log, host: '127.0.0.1', port: 0 })
    const client = connectEmbeddedEventLog({ url: served.url })
    const positions = new Map([...(await client.bounds(TOPIC.name))].map(([partition, { next }]) => [partition, next]))
    const reading = client.read(TOPIC.name, positions, { maxBytes: 1_000, maxWaitMs: 30_000 })
    await new Promise((resolve) => setTimeout(resolve, 50))
    await served.close()
    expect((await reading).size).toBe(0)
    await client.close()
  })
})

const post = (url: string, headers: Record<string, string>, body = ''): Promise<{ status: number | undefined; text: string }> =>
  new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers }, (response) => {
      let text = ''
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode, text }))
    })
    sent.on('error', reject)
    sent.end(body)
  })
