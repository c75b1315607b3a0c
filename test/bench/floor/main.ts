/**
 * The bare floor that ingest is measured against: fastify hands over the raw body, kafkajs sends it in micro-batches with acks=all, the
 * request is answered after the acknowledgement. No secret, no spool, no envelope, no limits: whatever a gateway adds is not here.
 */
import cluster from 'node:cluster'
import { once } from 'node:events'
import fastify from 'fastify'
import kafkajs, { Kafka, logLevel, type Message, Partitioners } from 'kafkajs'
import { FloorRequest } from './floor-request.ts'
import { createMicroBatcher } from './micro-batcher.ts'

const BATCH_RECORDS_MAX = 500
const ALL_REPLICAS = -1
/** Where a callback says its CallSid; it comes first. */
const CALL_SID = /"CallSid":"([^"]+)"/
const CALL_SID_WITHIN_BYTES = 64

const { port, processes, brokers, topic } = FloorRequest.parse(JSON.parse(process.argv[2] ?? 'null'))

const serve = async (): Promise<void> => {
  const producer = new Kafka({ brokers, clientId: 'bench-floor', logLevel: logLevel.NOTHING }).producer({
    allowAutoTopicCreation: false,
    idempotent: false,
    createPartitioner: Partitioners.DefaultPartitioner,
  })
  await producer.connect()
  const append = createMicroBatcher(
    (messages: readonly Message[]) => producer.send({ topic, acks: ALL_REPLICAS, compression: kafkajs.CompressionTypes.None, messages: [...messages] }),
    BATCH_RECORDS_MAX,
  )
  const server = fastify()
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  server.post('/hooks/*', async (request, reply) => {
    const value = request.body as Buffer
    await append({ key: CALL_SID.exec(value.toString('latin1', 0, CALL_SID_WITHIN_BYTES))?.[1] ?? '', value })
    return reply.code(200).send()
  })
  await server.listen({ host: '127.0.0.1', port })
}

process.once('SIGTERM', () => process.exit())
process.once('disconnect', () => process.exit())
if (cluster.isPrimary && processes > 1) {
  const workers = Array.from({ length: processes }, () => cluster.fork())
  process.once('exit', () => {
    for (const worker of workers) worker.process.kill('SIGTERM')
  })
  await Promise.all(workers.map((worker) => once(worker, 'listening')))
} else await serve()
if (cluster.isPrimary) process.send?.('ready')
