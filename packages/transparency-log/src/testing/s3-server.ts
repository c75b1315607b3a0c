/** What an S3-compatible store does with a PUT, as the AWS documentation of Signature Version 4 has it, and by nothing of ours: it takes no request whose signature is wrong. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { S3Credentials } from '../publish/sign-s3-request.ts'

export interface S3Server {
  readonly url: string
  /** What was stored, by `bucket/key`. */
  readonly objects: ReadonlyMap<string, StoredObject>
  /** Why each refused request was refused, in order. */
  readonly refusals: readonly string[]
  close(): Promise<void>
}

export interface StoredObject {
  readonly bytes: Buffer
  /** Under lock until then; null where it is not. */
  readonly lockedUntil: string | null
}

const SKEW_MS_MAX = 15 * 60 * 1_000

/** @param isAway answers 503 to the nth request, counted from 0 */
export const startS3Server = async (credentials: S3Credentials, region: string, isAway: (nth: number) => boolean = () => false): Promise<S3Server> => {
  const objects = new Map<string, StoredObject>()
  const refusals: string[] = []
  let asked = 0
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray())
    const nth = asked
    asked += 1
    if (isAway(nth)) return void response.writeHead(503).end('<Error><Code>SlowDown</Code></Error>')
    const refusal = refusalOf(request, body, credentials, region)
    if (refusal !== null) {
      refusals.push(refusal)
      return void response.writeHead(403).end(`<Error><Code>${refusal}</Code></Error>`)
    }
    const name = decodeURIComponent((request.url ?? '').slice(1))
    objects.set(name, { bytes: body, lockedUntil: one(request, 'x-amz-object-lock-retain-until-date') })
    return void response.writeHead(200).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    refusals,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Why it is not taken; null where it is. */
const refusalOf = (request: IncomingMessage, body: Buffer, { accessKeyId, secretAccessKey }: S3Credentials, region: string): string | null => {
  const [, key, day, where, service, names = '', signature = ''] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/.exec(
      one(request, 'authorization') ?? '',
    ) ?? []
  if (request.method !== 'PUT') return 'MethodNotAllowed'
  if (key !== accessKeyId) return 'InvalidAccessKeyId'
  if (where !== region || service !== 's3') return 'AuthorizationHeaderMalformed'
  const time = one(request, 'x-amz-date') ?? ''
  const at = Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  if (!time.startsWith(`${day}T`) || !(Math.abs(Date.now() - at) < SKEW_MS_MAX)) return 'RequestTimeTooSkewed'
  if (one(request, 'x-amz-content-sha256') !== createHash('sha256').update(body).digest('hex')) return 'XAmzContentSHA256Mismatch'
  const md5 = one(request, 'content-md5')
  if (md5 === null && one(request, 'x-amz-object-lock-mode') !== null) return 'InvalidRequest: Content-MD5 is required with Object Lock parameters'
  if (md5 !== null && md5 !== createHash('md5').update(body).digest('base64')) return 'BadDigest'

  const signed = names.split(';')
  const needed = Object.keys(request.headers).filter((name) => name === 'host' || name.startsWith('x-amz-'))
  if (needed.some((name) => !signed.includes(name)) || signed.join() !== signed.toSorted().join()) return 'AccessDenied: there are headers that were not signed'
  const [path = '', query = ''] = (request.url ?? '').split('?')
  const canonical = [
    'PUT',
    path
      .split('/')
      .map((part) => uriEncode(decodeURIComponent(part)))
      .join('/'),
    query,
    ...signed.map((name) => `${name}:${(one(request, name) ?? '').trim().replace(/ +/g, ' ')}`),
    '',
    names,
    one(request, 'x-amz-content-sha256'),
  ].join('\n')
  const toSign = ['AWS4-HMAC-SHA256', time, `${day}/${region}/s3/aws4_request`, createHash('sha256').update(canonical).digest('hex')].join('\n')
  const hmac = (secret: string | Buffer, text: string): Buffer => createHmac('sha256', secret).update(text).digest()
  const signingKey = hmac(hmac(hmac(hmac(`AWS4${secretAccessKey}`, day ?? ''), region), 's3'), 'aws4_request')
  return timingSafeEqual(hmac(signingKey, toSign), Buffer.from(signature, 'hex')) ? null : 'SignatureDoesNotMatch'
}

/** UriEncode() of the documentation: every byte but A-Z, a-z, 0-9, hyphen, period, underscore and tilde. */
const uriEncode = (text: string): string =>
  [...Buffer.from(text)]
    .map((byte) => (/[A-Za-z0-9._~-]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`))
    .join('')

const one = (request: IncomingMessage, name: string): string | null => {
  const value = request.headers[name]
  return typeof value === 'string' ? value : null
}
