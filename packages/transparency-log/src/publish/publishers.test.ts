import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
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

  it('to S3 with a signature over what is sent, and under lock where that is asked for', async () => {
    const seen: IncomingMessage[] = []
    const endpoint = await serve(async (request, response) => {
      await request.toArray()
      seen.push(request)
      response.writeHead(200).end()
    })
    const credentials = { accessKeyId: 'AKIA', secretAccessKey: 'secret' }
    const at = Date.UTC(2026, 10, 26)
    const target = { endpoint, region: 'ap-south-1', bucket: 'audit', key: 'roll call/{size}.txt', credentials, lockDays: 3 }
    await createS3Publisher(target, () => at).publish(checkpoint, signal)
    const [request] = seen
    expect(request?.url).toBe('/audit/roll%20call/7.txt')
    expect(request?.headers['x-amz-object-lock-retain-until-date']).toBe('2026-11-29T00:00:00.000Z')
    const headers = {
      'content-type': 'text/plain; charset=utf-8',
      'x-amz-object-lock-mode': 'COMPLIANCE',
      'x-amz-object-lock-retain-until-date': '2026-11-29T00:00:00.000Z',
    }
    const url = new URL(`${endpoint}/audit/roll%20call/7.txt`)
    expect(request?.headers.authorization).toBe(signS3Request({ method: 'PUT', url, headers, body: checkpoint.note, region: 'ap-south-1' }, credentials, at).authorization)
    expect(createS3Publisher(target, () => at).description).not.toContain('secret')
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
