import { setMaxListeners } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'
import { type EventLog, LogUnavailableError, PositionGoneError, RecordTooLargeError, TopicMissingError } from '../event-log.ts'
import { decodeAppend, encodeRecords, PATHS, PROTOCOL_HEADER, PROTOCOL_VERSION, type WireBounds, type WireError } from './wire.ts'

/** Nothing here asks who is calling, so nobody outside this machine may call. */
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost'])
const BODY_BYTES_MAX = 64 * 1024 * 1024
const WAIT_MS_MAX = 60_000

const Specs = z.array(z.object({ name: z.string().min(1), partitions: z.int().positive(), cleanup: z.enum(['delete', 'compact']) }))
const Read = z.object({
  topic: z.string(),
  from: z.record(z.string().regex(/^\d+$/), z.string().regex(/^-?\d+$/)),
  maxBytes: z.number().nonnegative(),
  maxWaitMs: z.number().nonnegative(),
})
const Deadline = z.coerce.number().positive()
const ClusterId = z.string().min(1)

const STATUS: Readonly<Record<WireError['kind'], number>> = { unavailable: 503, 'topic-missing': 404, replaced: 409, 'position-gone': 409, 'too-large': 413, 'bad-request': 400 }

interface Call {
  readonly query: URLSearchParams
  readonly body: Buffer
  /** Aborts when the caller hangs up or the server closes. */
  readonly signal: AbortSignal
}

/** Puts an embedded log on a loopback port, so that several processes of this machine share it. `connectEmbeddedEventLog` is the other end. */
export const serveEmbeddedLog = async ({
  log,
  host,
  port,
}: {
  readonly log: EventLog
  readonly host: string
  readonly port: number
}): Promise<{ url: string; close(): Promise<void> }> => {
  if (!LOOPBACK.has(host)) throw new Error(`the embedded log cannot be served on ${host}: it lets in whoever reaches it; use 127.0.0.1, or Kafka for more than one machine`)
  const closing = new AbortController()
  // One listener per request in flight.
  setMaxListeners(0, closing.signal)
  const inFlight = new Set<Promise<void>>()
  const server = createServer((request, response) => {
    const answering = answer(log, request, response, closing.signal).finally(() => inFlight.delete(answering))
    inFlight.add(answering)
  })
  // Callers keep their connections; one idle for seconds must not meet a server that has just hung up.
  server.keepAliveTimeout = WAIT_MS_MAX * 2
  server.requestTimeout = 0
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(new Error(`the embedded log cannot listen on ${host}:${port}; choose a free port, or 0 for any`, { cause })))
    server.listen(port, host, resolve)
  })
  const { address, family, port: bound } = server.address() as AddressInfo
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`,
    close: async () => {
      closing.abort()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      await Promise.all(inFlight)
      server.closeAllConnections()
      await closed
    },
  }
}

const answer = async (log: EventLog, request: IncomingMessage, response: ServerResponse, closing: AbortSignal): Promise<void> => {
  const hangUp = new AbortController()
  const abort = () => hangUp.abort()
  response.once('close', abort)
  closing.addEventListener('abort', abort, { once: true })
  try {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://log')
    const refusal = refusalOf(request)
    if (refusal !== null) throw new BadRequest(refusal)
    const result = await route(log, pathname, { query: searchParams, body: await bodyOf(request), signal: hangUp.signal })
    if (Buffer.isBuffer(result)) response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': result.length }).end(result)
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result))
  } catch (error) {
    const wire = wireErrorOf(error)
    if (!response.headersSent) response.writeHead(STATUS[wire.kind], { 'content-type': 'application/json' })
    response.end(JSON.stringify(wire))
  } finally {
    closing.removeEventListener('abort', abort)
  }
}

const route = async (log: EventLog, path: string, { query, body, signal }: Call): Promise<Buffer | object> => {
  switch (path) {
    case PATHS.append: {
      const deadlineMs = Deadline.parse(query.get('deadlineMs'))
      const opened = ClusterId.parse(query.get('clusterId'))
      const batch = decodeAppend(body)
      const answering = await log.clusterId()
      if (opened !== answering) throw new AnotherLog(opened, answering)
      await Promise.all([...batch].map(([topic, records]) => log.append(topic, records, { deadlineMs })))
      return {}
    }
    case PATHS.read: {
      const { topic, from, maxBytes, maxWaitMs } = Read.parse(JSON.parse(body.toString()))
      const positions = new Map(Object.entries(from).map(([partition, position]) => [Number(partition), BigInt(position)]))
      return encodeRecords(await log.read(topic, positions, { maxBytes, maxWaitMs: Math.min(maxWaitMs, WAIT_MS_MAX), signal }))
    }
    case PATHS.bounds: {
      const bounds = await log.bounds(query.get('topic') ?? '')
      return [...bounds].map(([partition, { low, next }]) => ({ partition, low: String(low), next: String(next) })) satisfies WireBounds
    }
    case PATHS.clusterId:
      return { clusterId: await log.clusterId() }
    case PATHS.topicId:
      return { topicId: await log.topicId(query.get('topic') ?? '') }
    case PATHS.ensureTopics:
      await log.ensureTopics(Specs.parse(JSON.parse(body.toString())))
      return {}
    case PATHS.inspectTopics:
      return log.inspectTopics(Specs.parse(JSON.parse(body.toString())))
    default:
      throw new BadRequest(`there is no ${path}; there are ${Object.values(PATHS).join(', ')}`)
  }
}

class BadRequest extends Error {}

/** The caller is not speaking to the log that it opened. */
class AnotherLog extends Error {
  readonly wire: WireError
  constructor(opened: string, answering: string) {
    super('another log')
    this.wire = { kind: 'replaced', opened, answering }
  }
}

/** A page in a browser on this machine can send requests here, also under a name of its own that points to 127.0.0.1. */
const refusalOf = ({ method, headers }: IncomingMessage): string | null => {
  const host = (headers.host ?? '').replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1')
  if (!LOOPBACK.has(host)) return `host ${host} is not this machine's loopback address`
  if (headers[PROTOCOL_HEADER] !== PROTOCOL_VERSION)
    return `header ${PROTOCOL_HEADER} is ${headers[PROTOCOL_HEADER] ?? 'missing'}, needed ${PROTOCOL_VERSION}: run the same release on both ends`
  return method === 'POST' ? null : `method ${method} is not POST`
}

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += chunk.length
    if (bytes > BODY_BYTES_MAX) throw new BadRequest(`a body may have ${BODY_BYTES_MAX} bytes; append in smaller batches`)
    chunks.push(chunk)
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)
}

const wireErrorOf = (error: unknown): WireError => {
  if (error instanceof AnotherLog) return error.wire
  if (error instanceof PositionGoneError) {
    const { topic, partition, asked, held } = error
    return { kind: 'position-gone', topic, partition, asked: String(asked), low: String(held.low), next: String(held.next) }
  }
  if (error instanceof RecordTooLargeError) return { kind: 'too-large', topic: error.topic, bytes: error.bytes }
  if (error instanceof TopicMissingError) return { kind: 'topic-missing', topic: error.topic }
  if (error instanceof LogUnavailableError) return { kind: 'unavailable', message: error.message }
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof BadRequest || error instanceof z.ZodError || error instanceof RangeError || error instanceof SyntaxError) return { kind: 'bad-request', message }
  return { kind: 'unavailable', message }
}
