import { once } from 'node:events'
import { Socket } from 'node:net'
import { PassThrough } from 'node:stream'
import { MINUTE, SECOND } from '@rollcall/domain/time'
import type { Logger } from '@rollcall/telemetry/create-logger'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { QuestionError } from '../question-error.ts'
import type { BeginFile } from './question.ts'
import { toProblem } from './to-problem.ts'

/** Whoever takes a file more slowly asks for a shorter range: it holds a snapshot of the database. */
export const FILE_MS_MAX = 10 * MINUTE
/** Whoever takes nothing for so long, with as much waiting as may wait, is cut off. How long the making is silent is ours. */
const TAKEN_WITHIN_MS = 20 * SECOND
/** What may wait for whoever takes it; who makes the file waits with the rest. */
const BYTES_AHEAD = 1_048_576

export type SendFile = (reply: FastifyReply, type: string, make: (begin: BeginFile) => Promise<void>) => Promise<FastifyReply>

/** For how long a connection may be silent; 0 is for ever. What is asked of the server without a connection (Fastify's `inject`) has no such time. */
const letBeSilent = (socket: object, milliseconds: number): void => {
  if (socket instanceof Socket) socket.setTimeout(milliseconds)
}

/**
 * Sends a file while it is made. Ends the making when whoever asked goes away or takes nothing, when it takes too long, and when the server closes.
 * What fails before the first byte is answered like any question; what fails after it breaks the connection off, so that nobody takes a part for the whole.
 */
export const createSendFile = (server: FastifyInstance, logger: Logger, takenWithinMs = TAKEN_WITHIN_MS): SendFile => {
  const closing = new AbortController()
  server.addHook('preClose', async () => closing.abort(new QuestionError('unavailable', 'The service is being stopped. Ask again in a moment.')))
  return async (reply, type, make) => {
    const gone = new AbortController()
    const leave = (): void => gone.abort(new Error('whoever asked is gone'))
    const signal = AbortSignal.any([gone.signal, closing.signal, AbortSignal.timeout(FILE_MS_MAX)])
    const bytes = new PassThrough({ highWaterMark: BYTES_AHEAD })
    // What is told of its errors is told below, once; without a listener one would end the process.
    bytes.on('error', () => {})
    bytes.once('close', leave)
    reply.raw.once('close', leave)
    const { socket } = reply.request.raw
    // They may have gone while it was found out who they are: then nothing would say so any more.
    if (socket.destroyed) leave()
    letBeSilent(socket, 0)

    let begun = false
    const begin: BeginFile = (name) => {
      signal.throwIfAborted()
      return async (part) => {
        signal.throwIfAborted()
        if (!begun)
          reply.header('content-disposition', `attachment; filename="${name}"`).header('cache-control', 'no-store').header('vary', 'authorization, cookie').type(type).send(bytes)
        begun = true
        if (bytes.write(part)) return
        const notTaken = setTimeout(() => gone.abort(new Error(`nothing was taken for ${takenWithinMs} ms`)), takenWithinMs)
        try {
          await once(bytes, 'drain', { signal })
        } finally {
          clearTimeout(notTaken)
        }
      }
    }
    try {
      await make(begin)
      bytes.end()
    } catch (error) {
      if (!begun && !gone.signal.aborted) throw error
      if (signal.aborted) logger.info({ event: 'audit.file-broken-off', why: String(signal.reason) }, 'a file was not sent to its end')
      else logger[toProblem(error).ours ? 'error' : 'warn']({ event: 'audit.failed', err: error }, 'a file could not be made to its end')
      if (begun) bytes.destroy(error as Error)
      // Nobody is there to be answered.
      else reply.hijack()
    } finally {
      letBeSilent(socket, server.server.timeout)
    }
    return reply
  }
}
