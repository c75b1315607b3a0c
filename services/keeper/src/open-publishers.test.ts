import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { OperatorError } from '@rollcall/service/operator-error'
import { afterAll, describe, expect, it } from 'vitest'
import { openPublishers } from './open-publishers.ts'

const directory = mkdtempSync(join(tmpdir(), 'rollcall-places-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))
const secretFile = (name: string, text: string): string => {
  writeFileSync(join(directory, name), text, { mode: 0o400 })
  return join(directory, name)
}
const CHECKPOINT_S3_CREDENTIALS_FILE = secretFile('s3', 'AKIA:hush\n')
const CHECKPOINT_AUTHORIZATION_FILE = secretFile('authorization', 'Bearer hush\n')
const opened = async (target: string, settings = {}) => openPublishers({ CHECKPOINT_TARGETS: [target], ...settings }, Date.now)

describe('a place for checkpoints', () => {
  it.each([
    ['file:///mnt/audit%20share/{size}.txt', 'file /mnt/audit share/{size}.txt'],
    ['https://audit.test/mailbox/{size}?sig=hush', 'PUT https://audit.test/mailbox/{size}'],
    ['http://127.0.0.1:8080/mailbox', 'PUT http://127.0.0.1:8080/mailbox'],
    ['s3://bucket/roll%20call/{size}(1).txt?endpoint=https://s3.test&region=x', 's3 bucket/roll call/{size}(1).txt at https://s3.test'],
  ])('that is written %s is told of as %s', async (target, description) => {
    expect((await opened(target, { CHECKPOINT_S3_CREDENTIALS_FILE })).map((publisher) => publisher.description)).toEqual([description])
  })

  it.each<[string, string, object, RegExp]>([
    ['a password in it', 'https://asha:hush@audit.test/mailbox', {}, /^CHECKPOINT_TARGETS: https:\/\/audit\.test\/mailbox has a credential/],
    ['an S3 key in it', 's3://AKIA:hush@bucket/key?endpoint=https://s3.test&region=x', {}, /has a credential/],
    ['a password in its endpoint', 's3://bucket/key?endpoint=https://asha:hush@s3.test&region=x', {}, /has an endpoint that is no address/],
    ['no bucket', 's3:///key?endpoint=https://s3.test&region=x', {}, /names no bucket/],
    ['no key', 's3://bucket?endpoint=https://s3.test&region=x', {}, /names no key/],
    ['a % that stands for nothing', 's3://bucket/100%/key?endpoint=https://s3.test&region=x', {}, /needed is %25/],
    ['no endpoint', 's3://bucket/key?region=x&token=hush', {}, /s3:\/\/bucket\/key has no endpoint/],
    ['an endpoint that is no URL', 's3://bucket/key?endpoint=s3.test&region=x', {}, /has an endpoint that is no address/],
    ['an endpoint that is no store', 's3://bucket/key?endpoint=file:///s3&region=x', {}, /has an endpoint that is no address/],
    ['no region', 's3://bucket/key?endpoint=https://s3.test', {}, /has no region/],
    ['a lock of no days', 's3://bucket/key?endpoint=https://s3.test&region=x&lockDays=0', {}, /has lockDays=0/],
    ['a credential that would go out without TLS', 'http://audit.test/mailbox', { CHECKPOINT_AUTHORIZATION_FILE }, /without TLS/],
    [
      'a credential of two lines',
      'https://audit.test/mailbox',
      { CHECKPOINT_AUTHORIZATION_FILE: secretFile('two-lines', 'Bearer hush\nBearer hush') },
      /does not hold the value of an Authorization header/,
    ],
    [
      'credentials of another shape',
      's3://b/k?endpoint=https://s3.test&region=x',
      { CHECKPOINT_S3_CREDENTIALS_FILE: secretFile('shape', 'hush') },
      /does not hold <access key id>/,
    ],
  ])('is refused with %s, and no secret is told', async (_, target, settings, message) => {
    const error: unknown = await opened(target, { CHECKPOINT_S3_CREDENTIALS_FILE, ...settings }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(OperatorError)
    expect((error as Error).message).toMatch(message)
    expect((error as Error).message).not.toContain('hush')
  })
})
