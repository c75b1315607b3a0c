import type { IncomingMessage } from 'node:http'

const DISCARDED_BYTES_MAX = 1024 * 1024
const DISCARDING_MS_MAX = 1_000

/**
 * Reads what is left of a refused body and forgets it, so that the sender reads the answer instead of a reset connection.
 * Gives up on an endless one; the caller then closes the connection (`request.complete` tells).
 */
export const discardBody = (request: IncomingMessage): Promise<void> => {
  if (request.complete || request.destroyed) return Promise.resolve()
  return new Promise((resolve) => {
    let bytes = 0
    const settle = (): void => {
      clearTimeout(timer)
      request.removeListener('data', onData)
      request.pause()
      resolve()
    }
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length
      if (bytes > DISCARDED_BYTES_MAX) settle()
    }
    const timer = setTimeout(settle, DISCARDING_MS_MAX)
    request.on('data', onData).once('end', settle).once('error', settle).once('close', settle)
    request.resume()
  })
}
