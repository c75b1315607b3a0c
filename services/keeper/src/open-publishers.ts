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
  switch (url.protocol) {
    case 'file:':
      return createFilePublisher(written(fileURLToPath(url)))
    case 's3:':
      return createS3Publisher(
        {
          endpoint: needed(url, 'endpoint'),
          region: needed(url, 'region'),
          bucket: url.hostname,
          key: written(url.pathname).slice(1),
          credentials: await credentialsOf(settings),
          lockDays: lockDaysOf(url),
        },
        clock,
      )
    default: {
      const file = settings.CHECKPOINT_AUTHORIZATION_FILE
      if (file !== undefined && url.protocol !== 'https:') throw refused(target, 'would be sent a credential without TLS; needed is https://')
      return createHttpPublisher({ url: written(url.href), authorization: file === undefined ? null : await readSecret(file, 'CHECKPOINT_AUTHORIZATION_FILE') })
    }
  }
}

const needed = (url: URL, name: string): string => {
  const value = url.searchParams.get(name)
  if (value === null) throw refused(url.href, `has no ${name}; needed is s3://bucket/key?endpoint=https://…&region=…`)
  return value
}

const lockDaysOf = (url: URL): number | null => {
  const text = url.searchParams.get('lockDays')
  if (text === null) return null
  if (!/^[1-9]\d{0,4}$/.test(text)) throw refused(url.href, `has lockDays=${text}; needed is a number of days`)
  return Number(text)
}

const credentialsOf = async ({ CHECKPOINT_S3_CREDENTIALS_FILE: file }: Settings): Promise<S3Credentials> => {
  if (file === undefined) throw new OperatorError('CHECKPOINT_S3_CREDENTIALS_FILE is not set, and CHECKPOINT_TARGETS names an s3:// place. Set it to a file of mode 0400.')
  const [, accessKeyId, secretAccessKey] = /^([^:\s]+):(\S+)$/.exec(await readSecret(file, 'CHECKPOINT_S3_CREDENTIALS_FILE')) ?? []
  if (accessKeyId === undefined || secretAccessKey === undefined)
    throw new OperatorError(`CHECKPOINT_S3_CREDENTIALS_FILE is ${file}, which does not hold <access key id>:<secret access key> on one line`)
  return { accessKeyId, secretAccessKey }
}

const refused = (target: string, why: string): OperatorError => new OperatorError(`CHECKPOINT_TARGETS: ${target} ${why}`)
