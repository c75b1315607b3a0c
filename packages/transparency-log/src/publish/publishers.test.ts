import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type S3Server, startS3Server } from '../testing/s3-server.ts'
import { temporaryDirectory } from '../testing/temporary-directory.ts'
import { createFilePublisher } from './file-publisher.ts'
import { createHttpPublisher } from './http-publisher.ts'
import { PublishError } from './publisher.ts'
import { createS3Publisher } from './s3-publisher.ts'
import { signS3Request } from './sign-s3-request.ts'

const checkpoint = { note: 'a.log\n7\nroot\n\n— a.log sig\n', size: 7 }
const { signal } = new AbortController()

const serve = async (answer: (request: IncomingMessage, response: ServerResponse) => void) => {
  const server = createServer(answer).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe('a checkpoint is published', () => {
  it('into a file, and with {size} into one for each', async () => {
    const directory = temporaryDirectory()
    await createFilePublisher(join(directory, 'newest')).publish(checkpoint, signal)
    await createFilePublisher(join(directory, 'all/{size}.txt')).publish(checkpoint, signal)
    expect(readFileSync(join(directory, 'newest'), 'utf8')).toBe(checkpoint.note)
    expect(readFileSync(join(directory, 'all/7.txt'), 'utf8')).toBe(checkpoint.note)
  })

  it('by HTTP PUT with its credential', async () => {
    const seen: unknown[] = []
    const url = await serve(async (request, response) => {
      const body = Buffer.concat(await request.toArray()).toString()
      seen.push([request.method, request.url, request.headers.authorization, body])
      response.writeHead(204).end()
    })
    await createHttpPublisher({ url: `${url}/mailbox/{size}`, authorization: 'Bearer abc' }).publish(checkpoint, signal)
    expect(seen).toEqual([['PUT', '/mailbox/7', 'Bearer abc', checkpoint.note]])
  })

  it.each([302, 403, 500])('and an answer of %i is not taken for success', async (status) => {
    const url = await serve((_, response) => response.writeHead(status, { location: '/elsewhere' }).end())
    await expect(createHttpPublisher({ url, authorization: null }).publish(checkpoint, signal)).rejects.toThrow(PublishError)
  })

  it('and is told of without what may be a credential', () => {
    const { description } = createHttpPublisher({ url: 'https://asha:hush@audit.test/mailbox/{size}?sig=hush#hush', authorization: 'Bearer hush' })
    expect(description).toBe('PUT https://audit.test/mailbox/{size}')
  })
})

describe('a checkpoint goes to S3', () => {
  const credentials = { accessKeyId: 'AKIA', secretAccessKey: 'hush' }
  const region = 'ap-south-1'
  const serveS3 = async (isAway?: (nth: number) => boolean) => {
    const server = await startS3Server(credentials, region, isAway)
    onTestFinished(server.close)
    return server
  }
  const target = (server: S3Server) => ({ endpoint: server.url, region, bucket: 'audit', key: 'newest', credentials, lockDays: null })

  it.each(['newest', 'roll call/{size}.txt', "a+b=c/!'(*)~_-.@:$&,;/7.txt", 'हिन्दी/{size}', '100%/?#'])('by the name %s, signed as S3 checks it', async (key) => {
    const server = await serveS3()
    await createS3Publisher({ ...target(server), key }, Date.now).publish(checkpoint, signal)
    expect(server.refusals).toEqual([])
    expect([...server.objects.keys()]).toEqual([`audit/${key.replace('{size}', '7')}`])
    expect([...server.objects.values()]).toEqual([{ bytes: Buffer.from(checkpoint.note), lockedUntil: null }])
  })

  it('and nobody takes it back for so many days', async () => {
    const server = await serveS3()
    const at = Date.now()
    await createS3Publisher({ ...target(server), lockDays: 3 }, () => at).publish(checkpoint, signal)
    expect(server.refusals).toEqual([])
    expect(server.objects.get('audit/newest')?.lockedUntil).toBe(new Date(at + 3 * 86_400_000).toISOString())
  })

  it.each<[string, object, string]>([
    ['by another secret', { credentials: { ...credentials, secretAccessKey: 'other' } }, 'SignatureDoesNotMatch'],
    ['by another key id', { credentials: { ...credentials, accessKeyId: 'other' } }, 'InvalidAccessKeyId'],
    ['for another region', { region: 'eu-west-1' }, 'AuthorizationHeaderMalformed'],
  ])('and is refused where it is signed %s, without a word of the secret', async (_, changes, refusal) => {
    const server = await serveS3()
    const publisher = createS3Publisher({ ...target(server), ...changes }, Date.now)
    const error: unknown = await publisher.publish(checkpoint, signal).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(PublishError)
    expect(server.refusals).toEqual([refusal])
    expect(server.objects.size).toBe(0)
    expect(`${inspect(error)} ${publisher.description}`).not.toMatch(/hush|other/)
  })
})

describe('a request to S3', () => {
  it('is signed as in the example of the AWS documentation', () => {
    const headers = { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' }
    const request = { method: 'PUT', url: new URL('https://examplebucket.s3.amazonaws.com/test%24file.text'), headers, body: 'Welcome to Amazon S3.', region: 'us-east-1' } as const
    const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' }
    const { authorization } = signS3Request(request, credentials, Date.UTC(2013, 4, 24))
    expect(authorization).toMatch(/Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd$/)
  })
})
