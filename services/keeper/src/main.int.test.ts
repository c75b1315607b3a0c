/** The keeper as its own process, built: what it refuses at its start, and that what it signs arrives outside. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TOPICS } from '@rollcall/contracts/topics'
import { openEmbeddedEventLog } from '@rollcall/event-log/embedded/embedded-event-log'
import { serveEmbeddedLog } from '@rollcall/event-log/embedded/serve-embedded-log'
import { createTestDatabase } from '@rollcall/store/testing/test-database'
import { openCheckpoint } from '@rollcall/transparency-log/note/checkpoint'
import { createSigner, createVerifier, generateKey } from '@rollcall/transparency-log/note/key'
import { signNote } from '@rollcall/transparency-log/note/note'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import './testing/provided-context.ts'

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const ORIGIN = 'rollcall.test/audit'
const key = generateKey(ORIGIN)
/** PRIVATE+KEY+name+id+base64, and base64 has a plus of its own now and then. */
const SECRET = key.signerKey.split('+').slice(4).join('+')

let directory: string
let keeperDirectory: string
let env: Readonly<Record<string, string>>
const closing: (() => Promise<void>)[] = []

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'rollcall-keeper-'))
  const database = await createTestDatabase(inject('superuserUrl'), inject('databaseUrl'))
  const log = await openEmbeddedEventLog({ directory: join(directory, 'log') })
  await log.ensureTopics(TOPICS)
  const served = await serveEmbeddedLog({ log, host: '127.0.0.1', port: 0 })
  closing.push(served.close, log.close, database.drop)
  env = { EMBEDDED_LOG_URL: served.url, DATABASE_URL: database.databaseUrl, ROLLCALL_ALLOW_UNSAFE_TOPICS: 'true', KEEPER_ADMIN_PORT: '0' }
})
afterAll(async () => {
  for (const close of closing) await close()
  rmSync(directory, { recursive: true, force: true })
})
beforeEach(() => {
  keeperDirectory = mkdtempSync(join(directory, 'keeper-'))
})

const start = (changes: Readonly<Record<string, string>> = {}) => {
  const child = spawn(process.execPath, [MAIN], { env: { PATH: process.env.PATH ?? '', ...env, KEEPER_DIR: keeperDirectory, ...changes }, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (text) => {
    said += text
  })
  return { child, ended: once(child, 'close').then(([code]) => ({ code: code as number | null, said })) }
}
const withKey = (mode = 0o400): void => {
  writeFileSync(join(keeperDirectory, 'key'), `${key.signerKey}\n`, { mode })
  chmodSync(join(keeperDirectory, 'key'), mode)
}

describe('the keeper', () => {
  it('publishes what it signs, and ends when it is told to', async () => {
    withKey()
    const outside = join(directory, 'outside/newest')
    const { child, ended } = start({ CHECKPOINT_TARGETS: `file://${outside}` })
    await expect.poll(() => existsSync(outside)).toBe(true)
    expect(openCheckpoint(readFileSync(outside, 'utf8'), [createVerifier(key.verifierKey)], ORIGIN).size).toBe(0)
    child.kill('SIGTERM')
    expect(await ended).toEqual({ code: 0, said: '' })
  })

  it.each<[string, () => void, Record<string, string>, RegExp]>([
    ['no key', () => {}, {}, /does not exist.*rollcall key create/],
    ['a key that others can read', () => withKey(0o644), {}, /mode 0644.*chmod 400/],
    ['something that is no key', () => writeFileSync(join(keeperDirectory, 'key'), 'a secret', { mode: 0o400 }), {}, /not a key for signed notes/],
    ['a place that it does not know', () => withKey(), { CHECKPOINT_TARGETS: 'ftp://somewhere' }, /CHECKPOINT_TARGETS/],
    ['an S3 place without credentials', () => withKey(), { CHECKPOINT_TARGETS: 's3://b/k?endpoint=https://s3.test&region=x' }, /CHECKPOINT_S3_CREDENTIALS_FILE is not set/],
    ['the directory of another log', () => signedBefore('another.log', 0), {}, /is of the log another\.log/],
    ['a log that is shorter than what was signed for', () => signedBefore(ORIGIN, 5), {}, /has 0 records, and 5 were signed for/],
  ])('refuses %s, and says what to do', async (_, prepare, changes, message) => {
    prepare()
    const { code, said } = await start(changes).ended
    expect(said).toMatch(message)
    expect(said).not.toContain(SECRET)
    expect(code).toBe(2)
  })
})

const signedBefore = (origin: string, size: number): void => {
  withKey()
  writeFileSync(join(keeperDirectory, 'signed-checkpoint'), signNote(`${origin}\n${size}\n${Buffer.alloc(32).toString('base64')}\n`, [createSigner(key.signerKey)]))
}
