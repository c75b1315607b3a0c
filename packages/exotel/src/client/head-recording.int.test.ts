/** HEAD for recordings against a real server on loopback: what is asked, and above all what is not. */
import http from 'node:http'
import type https from 'node:https'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type HeadRecordingOptions, headRecording } from './head-recording.ts'
import { isPublicAddress } from './public-address.ts'

let server: http.Server
let port: number
let asked: { method: string | undefined; url: string | undefined; headers: http.IncomingHttpHeaders }[] = []
let answer: (response: http.ServerResponse) => void

beforeAll(async () => {
  server = http.createServer((request, response) => {
    asked.push({ method: request.method, url: request.url, headers: request.headers })
    answer(response)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  port = (server.address() as AddressInfo).port
})
afterAll(() => new Promise((closed) => server.close(closed)))
beforeEach(() => {
  asked = []
  answer = (response) => response.writeHead(200, { 'content-length': '48213', 'content-type': 'audio/mpeg' }).end()
})

/** TLS is node's own affair; everything else is as in use, but that loopback is allowed. */
const options = (changes: Partial<HeadRecordingOptions> = {}): HeadRecordingOptions => ({
  hosts: ['recordings.example.com', '*.media.example.com'],
  resolve: async () => ['127.0.0.1'],
  isAllowedAddress: () => true,
  send: http.request as typeof https.request,
  ...changes,
})
const head = (url: string, changes: Partial<HeadRecordingOptions> = {}) => headRecording(url.replace('PORT', String(port)), options(changes))
const URL_THERE = 'https://recordings.example.com:PORT/acme/c1.mp3?sig=x'

describe('a recording', () => {
  it('is asked for by HEAD at its host, with no credential', async () => {
    expect(await head(URL_THERE)).toEqual({ kind: 'answered', status: 200, bytes: 48_213, contentType: 'audio/mpeg' })
    expect(asked).toMatchObject([{ method: 'HEAD', url: '/acme/c1.mp3?sig=x', headers: { host: `recordings.example.com:${port}` } }])
    expect(Object.keys(asked[0]?.headers ?? {}).toSorted()).toEqual(['connection', 'host'])
  })

  it('is not followed to where it redirects', async () => {
    answer = (response) => response.writeHead(302, { location: `http://127.0.0.1:${port}/elsewhere` }).end()
    expect(await head(URL_THERE)).toEqual({ kind: 'answered', status: 302, bytes: null, contentType: null })
    expect(asked).toHaveLength(1)
  })

  it('whose host is silent is told as failed, and so is one that cannot be resolved', async () => {
    answer = () => {}
    expect(await head(URL_THERE, { timeoutMs: 50 })).toEqual({ kind: 'failed', reason: 'ETIMEDOUT' })
    expect(await head(URL_THERE, { resolve: () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' })) })).toEqual({ kind: 'failed', reason: 'ENOTFOUND' })
  })
})

describe('nothing is asked', () => {
  it.each([
    ['where there is no URL', 'c1.mp3', 'no-url'],
    ['without TLS', 'http://recordings.example.com/c1.mp3', 'not-https'],
    ['of another scheme', 'file:///etc/passwd', 'not-https'],
    ['of a host that nobody named', 'https://evil.example.com/c1.mp3', 'host-not-allowed'],
    ['of a host that only ends alike', 'https://evilrecordings.example.com/c1.mp3', 'host-not-allowed'],
    ['of the name that a star stands below', 'https://media.example.com/c1.mp3', 'host-not-allowed'],
    ['of a name within the credentials of another', 'https://recordings.example.com@evil.example.com/c1.mp3', 'host-not-allowed'],
    ['of an address', 'https://127.0.0.1/c1.mp3', 'host-not-allowed'],
  ])('%s', async (_what, url, reason) => {
    expect(await head(url)).toEqual({ kind: 'not-asked', reason })
    expect(asked).toEqual([])
  })

  it('of a host that leads into a private network, be it by one address of many', async () => {
    const isAllowedAddress = isPublicAddress
    for (const addresses of [['127.0.0.1'], ['93.184.216.34', '10.0.0.1'], ['::1'], ['::ffff:127.0.0.1'], ['fd00::1'], []])
      expect(await head(URL_THERE, { isAllowedAddress, resolve: async () => addresses })).toEqual({ kind: 'not-asked', reason: 'address-not-public' })
    expect(asked).toEqual([])
  })
})

it('a host below a name with a star is asked', async () => {
  expect(await head('https://a.b.media.example.com:PORT/c1.mp3')).toMatchObject({ kind: 'answered' })
})

describe('public addresses', () => {
  it.each(['8.8.8.8', '2606:4700::1111', '100.63.255.255', '100.128.0.0', '172.32.0.1'])('%s is one', (address) => expect(isPublicAddress(address)).toBe(true))
  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.9.9.9',
    '169.254.169.254',
    '172.31.255.255',
    '192.168.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    'fe80::1',
    'not one',
    '',
  ])('%s is not', (address) => expect(isPublicAddress(address)).toBe(false))
  it('none is one that IPv6 wraps around IPv4', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        expect(isPublicAddress(`::ffff:${address}`)).toBe(false)
      }),
    )
  })
})
