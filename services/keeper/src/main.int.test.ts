/** The keeper as its own process, built: what it refuses at its start, and that what it signs arrives outside. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import '@rollcall/store/testing/provided-context'
import { openCheckpoint } from '@rollcall/transparency-log/note/checkpoint'
import { createSigner, createVerifier, generateKey } from '@rollcall/transparency-log/note/key'
import { signNote } from '@rollcall/transparency-log/note/note'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { createKeeperSurroundings, type KeeperSurroundings } from './testing/keeper-process.ts'

const ORIGIN = 'rollcall.test/audit'
const key = generateKey(ORIGIN)
/** PRIVATE+KEY+name+id+base64, and base64 has a plus of its own now and then. */
const SECRET = key.signerKey.split('+').slice(4).join('+')

let world: KeeperSurroundings
/** Of one test: the log and the database are those of all. */
let keeperDirectory: string
beforeAll(async () => {
  world = await createKeeperSurroundings(inject('superuserUrl'), inject('databaseUrl'))
})
afterAll(() => world.close())
beforeEach(() => {
  keeperDirectory = mkdtempSync(join(world.directory, 'keeper-'))
})

const withKey = (mode = 0o400): void => {
  writeFileSync(join(keeperDirectory, 'key'), `${key.signerKey}\n`, { mode })
  chmodSync(join(keeperDirectory, 'key'), mode)
}

describe('the keeper', () => {
  it('publishes what it signs, and ends when it is told to', async () => {
    withKey()
    const outside = join(world.directory, 'outside/newest')
    const keeper = world.start({ KEEPER_DIR: keeperDirectory, CHECKPOINT_TARGETS: `file://${outside}` })
    await expect.poll(() => existsSync(outside)).toBe(true)
    expect(openCheckpoint(readFileSync(outside, 'utf8'), [createVerifier(key.verifierKey)], ORIGIN).size).toBe(0)
    expect(await keeper.stop()).toBe(0)
    expect(keeper.said().err).toBe('')
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
    const keeper = world.start({ KEEPER_DIR: keeperDirectory, ...changes })
    expect(await keeper.ended).toBe(2)
    const { out, err } = keeper.said()
    expect(err).toMatch(message)
    expect(out + err).not.toContain(SECRET)
  })
})

const signedBefore = (origin: string, size: number): void => {
  withKey()
  writeFileSync(join(keeperDirectory, 'signed-checkpoint'), signNote(`${origin}\n${size}\n${Buffer.alloc(32).toString('base64')}\n`, [createSigner(key.signerKey)]))
}
