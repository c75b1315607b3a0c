import { fileURLToPath } from 'node:url'
import { OperatorError } from '@rollcall/service/operator-error'
import { readSecret } from '@rollcall/service/read-secret'
import { createFilePublisher } from '@rollcall/transparency-log/publish/file-publisher'
import { createHttpPublisher } from '@rollcall/transparency-log/publish/http-publisher'
import type { CheckpointPublisher } from '@rollcall/transparency-log/publish/publisher'
import { createS3Publisher } from '@rollcall/transparency-log/publish/s3-publisher'
import type { S3Credentials } from '@rollcall/transparency-log/publish/sign-s3-request'
import type { KeeperConfig } from './config.ts'

type Settings = Pick<KeeperConfig, 'CHECKPOINT_TARGETS' | 'CHECKPOINT_AUTHORIZATION_FILE' | 'CHECKPOINT_S3_CREDENTIALS_FILE'>

/** The places of CHECKPOINT_TARGETS. @throws OperatorError, ConfigError where one cannot be used as it is written */
export const openPublishers = async (settings: Settings, clock: () => number): Promise<readonly CheckpointPublisher[]> =>
  Promise.all(settings.CHECKPOINT_TARGETS.map((target) => openPublisher(target, settings, clock)))

const openPublisher = async (target: string, settings: Settings, clock: () => number): Promise<CheckpointPublisher> => {
  // A URL writes braces as %7B and %7D.
  const written = (text: string): string => text.replaceAll('%7B', '{').replaceAll('%7D', '}')
  const url = new URL(target)
  if (hasCredential(url)) throw refused(url, 'has a credential in it, which logs would tell; needed is a file')
  switch (url.protocol) {
    case 'file:':
      return createFilePublisher(written(fileURLToPath(url)))
    case 's3:':
      return createS3Publisher(
        {
          endpoint: endpointOf(url),
          region: needed(url, 'region'),
          ...objectOf(url),
          credentials: await credentialsOf(settings),
          lockDays: lockDaysOf(url),
        },
        clock,
      )
    default: {
      const file = settings.CHECKPOINT_AUTHORIZATION_FILE
      if (file !== undefined && url.protocol !== 'https:') throw refused(url, 'would be sent a credential without TLS; needed is https://')
      return createHttpPublisher({ url: written(url.href), authorization: file === undefined ? null : await authorizationOf(file) })
    }
  }
}

const needed = (url: URL, name: string): string => {
  const value = url.searchParams.get(name)
  if (value === null || value === '') throw refused(url, `has no ${name}; ${S3_NEEDED}`)
  return value
}

const endpointOf = (url: URL): string => {
  const endpoint = needed(url, 'endpoint')
  const parsed = URL.canParse(endpoint) ? new URL(endpoint) : null
  if (parsed === null || !/^https?:$/.test(parsed.protocol) || hasCredential(parsed) || parsed.search !== '' || parsed.hash !== '')
    throw refused(url, `has an endpoint that is no address of a store; ${S3_NEEDED}`)
  return endpoint
}

const objectOf = (url: URL): { readonly bucket: string; readonly key: string } => {
  if (/%(?![0-9A-Fa-f]{2})/.test(url.pathname)) throw refused(url, 'has a % that stands for nothing; needed is %25')
  const key = decodeURIComponent(url.pathname.slice(1))
  if (url.hostname === '' || key === '') throw refused(url, `names no ${url.hostname === '' ? 'bucket' : 'key'}; ${S3_NEEDED}`)
  return { bucket: url.hostname, key }
}

const lockDaysOf = (url: URL): number | null => {
  const text = url.searchParams.get('lockDays')
  if (text === null) return null
  if (!/^[1-9]\d{0,4}$/.test(text)) throw refused(url, `has lockDays=${text}; needed is a number of days`)
  return Number(text)
}

const credentialsOf = async ({ CHECKPOINT_S3_CREDENTIALS_FILE: file }: Settings): Promise<S3Credentials> => {
  if (file === undefined) throw new OperatorError('CHECKPOINT_S3_CREDENTIALS_FILE is not set, and CHECKPOINT_TARGETS names an s3:// place. Set it to a file of mode 0400.')
  const [, accessKeyId, secretAccessKey] = /^([^:\s]+):(\S+)$/.exec(await readSecret(file, 'CHECKPOINT_S3_CREDENTIALS_FILE')) ?? []
  if (accessKeyId === undefined || secretAccessKey === undefined)
    throw new OperatorError(`CHECKPOINT_S3_CREDENTIALS_FILE is ${file}, which does not hold <access key id>:<secret access key> on one line`)
  return { accessKeyId, secretAccessKey }
}

/** @throws OperatorError where it cannot be the value of a header: `fetch` would say so each time, and say the secret with it */
const authorizationOf = async (file: string): Promise<string> => {
  const secret = await readSecret(file, 'CHECKPOINT_AUTHORIZATION_FILE')
  if (!/^[\x20-\x7e]+$/.test(secret))
    throw new OperatorError(`CHECKPOINT_AUTHORIZATION_FILE is ${file}, which does not hold the value of an Authorization header on one line, such as Bearer …`)
  return secret
}

const hasCredential = ({ username, password }: URL): boolean => username !== '' || password !== ''

const S3_NEEDED = 'needed is s3://bucket/key?endpoint=https://…&region=…'

/** Told without what may be a credential. */
const refused = ({ protocol, host, pathname }: URL, why: string): OperatorError => new OperatorError(`CHECKPOINT_TARGETS: ${protocol}//${host}${pathname} ${why}`)
