import type { IncomingMessage } from 'node:http'

export type Body = { readonly kind: 'whole'; readonly bytes: Buffer } | { readonly kind: 'too-large' } | { readonly kind: 'aborted' }

const EMPTY = Buffer.alloc(0)

/** The body, if it ends within `bytesMax`. Never holds more than that. */
export const readBody = (request: IncomingMessage, bytesMax: number): Promise<Body> | Body => {
  const { headers } = request
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) return { kind: 'whole', bytes: EMPTY }
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let bytes = 0
    const settle = (body: Body): void => {
      request.removeListener('data', onData)
      resolve(body)
    }
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length
      if (bytes > bytesMax) settle({ kind: 'too-large' })
      else chunks.push(chunk)
    }
    request.on('data', onData)
    request.once('end', () => settle({ kind: 'whole', bytes: chunks.length === 1 ? (chunks[0] ?? EMPTY) : Buffer.concat(chunks, bytes) }))
    request.once('error', () => settle({ kind: 'aborted' }))
    request.once('close', () => settle({ kind: 'aborted' }))
  })
}
