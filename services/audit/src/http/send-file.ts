import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { MINUTE } from '@rollcall/domain/time'
import type { Logger } from '@rollcall/telemetry/create-logger'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { QuestionError } from '../question-error.ts'
import type { BeginFile } from './question.ts'
import { toProblem } from './to-problem.ts'

/** Whoever takes a file more slowly asks for a shorter range: it holds a snapshot of the database. One who takes nothing at all is cut off by the server's connectionTimeout. */
export const FILE_MS_MAX = 10 * MINUTE
/** What may wait for whoever takes it; who makes the file waits with the rest. */
const BYTES_AHEAD = 1_048_576

export type SendFile = (reply: FastifyReply, type: string, make: (begin: BeginFile) => Promise<void>) => Promise<FastifyReply>

/**
 * Sends a file while it is made. Ends the making when whoever asked goes away, when it takes too long, and when the server closes. What fails after the
 * beginning breaks the connection off, so that nobody takes a part for the whole.
 */
export const createSendFile = (server: FastifyInstance, logger: Logger): SendFile => {
  const closing = new AbortController()
  server.addHook('preClose', async () => closing.abort(new QuestionError('unavailable', 'The service is being stopped. Ask again in a moment.')))
  return async (reply, type, make) => {
    const gone = new AbortController()
    const signal = AbortSignal.any([gone.signal, closing.signal, AbortSignal.timeout(FILE_MS_MAX)])
    const bytes = new PassThrough({ highWaterMark: BYTES_AHEAD })
    // What is told of its errors is told below, once; without a listener one would end the process.
    bytes.on('error', () => {})
    reply.raw.once('close', () => gone.abort(new Error('whoever asked is gone')))
    let begun = false
    const begin: BeginFile = (name) => {
      signal.throwIfAborted()
      begun = true
      reply.header('content-disposition', `attachment; filename="${name}"`).header('cache-control', 'no-store').header('vary', 'authorization, cookie').type(type).send(bytes)
      return async (part) => {
        signal.throwIfAborted()
        if (!bytes.write(part)) await once(bytes, 'drain', { signal })
      }
    }
    try {
      await make(begin)
      bytes.end()
    } catch (error) {
      if (!begun) throw error
      const why = signal.aborted ? (signal.reason as Error) : error
      if (signal.aborted) logger.info({ event: 'audit.file-broken-off', why: String(why) }, 'a file was not sent to its end')
      else logger[toProblem(error).ours ? 'error' : 'warn']({ event: 'audit.failed', err: error }, 'a file could not be made to its end')
      bytes.destroy(error as Error)
    }
    return reply
  }
}
