/** AWS Signature Version 4 for one request whose body is at hand: what S3 and everything that is compatible with it asks for. */
import { createHmac, hash } from 'node:crypto'

export interface S3Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

export interface S3Request {
  readonly method: 'PUT'
  readonly url: URL
  /** Names in lower case; `host` is added. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly region: string
}

/** The headers to send, with `authorization`. @param at epoch milliseconds */
export const signS3Request = ({ method, url, headers, body, region }: S3Request, { accessKeyId, secretAccessKey }: S3Credentials, at: number): Record<string, string> => {
  const time = new Date(at).toISOString().replace(/[-:]|\.\d+/g, '')
  const day = time.slice(0, 'YYYYMMDD'.length)
  const bodyHash = hash('sha256', body)
  const all: Record<string, string> = { ...headers, host: url.host, 'x-amz-content-sha256': bodyHash, 'x-amz-date': time }
  const names = Object.keys(all).sort()
  const signedHeaders = names.join(';')
  const canonical = [method, url.pathname, '', ...names.map((name) => `${name}:${all[name]?.trim()}`), '', signedHeaders, bodyHash].join('\n')
  const scope = `${day}/${region}/s3/aws4_request`
  const text = ['AWS4-HMAC-SHA256', time, scope, hash('sha256', canonical)].join('\n')
  const key = [day, region, 's3', 'aws4_request'].reduce<Buffer | string>((secret, part) => createHmac('sha256', secret).update(part).digest(), `AWS4${secretAccessKey}`)
  const signature = createHmac('sha256', key).update(text).digest('hex')
  const { host: _, ...sent } = all
  return { ...sent, authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope},SignedHeaders=${signedHeaders},Signature=${signature}` }
}
