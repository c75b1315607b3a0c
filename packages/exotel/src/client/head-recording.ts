/**
 * Asks a recording's host whether the recording is there, by HEAD (reliability, background G: the URL is somebody else's data). https only, hosts
 * that the operator named only, addresses of the public internet only; resolved once, and that address dialled; no redirect is
 * followed, no credential sent, no body read.
 */
import { lookup } from 'node:dns/promises'
import https from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { SECOND } from '@rollcall/domain/time'
import { isPublicAddress } from './public-address.ts'

export type RecordingHead =
  | { readonly kind: 'answered'; readonly status: number; readonly bytes: number | null; readonly contentType: string | null }
  /** Nothing was sent to the host. */
  | { readonly kind: 'not-asked'; readonly reason: 'no-url' | 'not-https' | 'host-not-allowed' | 'address-not-public' }
  /** Another time may do; `reason` is a code such as ETIMEDOUT, never a text that may hold the URL. */
  | { readonly kind: 'failed'; readonly reason: string }

export interface HeadRecordingOptions {
  /** Host names in lower case; `*.example.com` stands for all below example.com. */
  readonly hosts: readonly string[]
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
  readonly resolve?: (host: string) => Promise<readonly string[]>
  readonly isAllowedAddress?: (address: string) => boolean
  readonly send?: typeof https.request
}

export const HEAD_TIMEOUT_MS = 5 * SECOND

/** Never rejects but with the signal's reason. */
export const headRecording = async (text: string, options: HeadRecordingOptions): Promise<RecordingHead> => {
  if (!URL.canParse(text)) return { kind: 'not-asked', reason: 'no-url' }
  const url = new URL(text)
  if (url.protocol !== 'https:') return { kind: 'not-asked', reason: 'not-https' }
  if (isIP(url.hostname) !== 0 || !options.hosts.some((pattern) => isOf(url.hostname, pattern))) return { kind: 'not-asked', reason: 'host-not-allowed' }
  try {
    const addresses = await (options.resolve ?? resolveHost)(url.hostname)
    options.signal?.throwIfAborted()
    const [address] = addresses
    // One of several would do for an attacker who answers with both.
    if (address === undefined || !addresses.every(options.isAllowedAddress ?? isPublicAddress)) return { kind: 'not-asked', reason: 'address-not-public' }
    return await head(url, address, options)
  } catch (error) {
    options.signal?.throwIfAborted()
    return { kind: 'failed', reason: codeOf(error) }
  }
}

const isOf = (host: string, pattern: string): boolean => (pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern)

const resolveHost = async (host: string): Promise<readonly string[]> => (await lookup(host, { all: true })).map(({ address }) => address)

const head = (url: URL, address: string, { timeoutMs = HEAD_TIMEOUT_MS, signal, send = https.request }: HeadRecordingOptions): Promise<RecordingHead> =>
  new Promise((resolve, reject) => {
    const pinned: LookupFunction = (_host, { all }, callback) => {
      const family = isIP(address)
      if (all === true) callback(null, [{ address, family }])
      else callback(null, address, family)
    }
    const stop = AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal === undefined ? [] : [signal])])
    const { protocol: _https, hostname, port, pathname, search } = url
    const request = send({ method: 'HEAD', host: hostname, port, path: `${pathname}${search}`, lookup: pinned, agent: false, signal: stop }, (response) => {
      response.destroy()
      const { 'content-length': length, 'content-type': contentType } = response.headers
      const bytes = Number(length ?? Number.NaN)
      resolve({ kind: 'answered', status: response.statusCode ?? 0, bytes: Number.isSafeInteger(bytes) ? bytes : null, contentType: contentType?.slice(0, 100) ?? null })
    })
    request.on('error', (error) => reject(stop.aborted ? Object.assign(new Error('too slow', { cause: error }), { code: 'ETIMEDOUT' }) : error))
    request.end()
  })

const codeOf = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? error.code : null
  return typeof code === 'string' ? code : 'unknown'
}
