import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { CallProofAnswer } from '@rollcall/contracts/audit-api/evidence'
import { canonicalTime } from '@rollcall/domain/time'
import { WINDOW_MS } from '@rollcall/domain/window/window'
import { signCheckpoint } from '@rollcall/transparency-log/note/checkpoint'
import { createSigner, generateKey } from '@rollcall/transparency-log/note/key'
import { leafHash } from '@rollcall/transparency-log/tree/hash'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { VERIFIER_FILE } from '../pack/read-verifier.ts'
import { syntheticCalls as callsOf, proveSyntheticCall as prove } from '../testing/prove-synthetic-call.ts'
import { syntheticEvidence } from '../testing/synthetic-evidence.ts'
import { verifyCallProof } from '../verify-pack.ts'

const directory = mkdtempSync(join(tmpdir(), 'rollcall-call-'))
afterAll(() => rmSync(directory, { recursive: true }))
const path = join(directory, 'answer.json')

const evidence = syntheticEvidence({ windows: 5, callsPerWindow: 12 })
const { account, saved, verifierKey } = evidence
const calls = callsOf(evidence)
const [first = '', second = '', third = ''] = calls
/** Sorts between the first call and the second. */
const missing = `${first}0`

const verify = (answer: unknown, options = {}) => {
  writeFileSync(path, typeof answer === 'string' ? answer : JSON.stringify(answer))
  return verifyCallProof(path, { keys: [verifierKey], saved: saved.note, ...options })
}
const failing = async (answer: unknown, options = {}): Promise<readonly string[]> =>
  (await verify(answer, options)).claims.filter(({ holds, why }) => holds === false && why !== 'not looked at').map(({ claim }) => claim)

describe('the proof of a call', () => {
  it('shows of each call of a window that it is in it, with nothing but the answer, a key and a saved checkpoint', async () => {
    for (const callSid of calls) {
      const { passes, claims } = await verify(await prove(evidence, callSid), {
        account,
        call: callSid,
        from: canonicalTime(evidence.from),
        to: canonicalTime(evidence.from + WINDOW_MS),
      })
      expect(claims.filter(({ holds }) => holds !== true).map(({ claim }) => claim)).toEqual(['final'])
      expect(passes).toBe(true)
    }
  })

  it.each([
    ['before the first', '!'],
    ['between two', missing],
    ['after the last', 'zz'],
  ])('shows that a call is not there, %s', async (_, callSid) => {
    const answer = await prove(evidence, callSid)
    expect([answer.absent?.before == null, answer.absent?.after == null]).toEqual([callSid === '!', callSid === 'zz'])
    const { passes, claims } = await verify(answer, { account, call: callSid })
    expect([passes, claims.every(({ holds }) => holds === true)]).toEqual([true, true])
  })

  it('shows of a window without calls that none is there', async () => {
    const empty = syntheticEvidence({ windows: 1, callsPerWindow: 0 })
    const answer = await prove(empty, first, { saved: false })
    expect(answer.absent).toEqual({ before: null, after: null })
    expect(await failing(answer, { keys: [empty.verifierKey], saved: undefined })).toEqual([])
  })

  it('passes without what was not asked, and says so', async () => {
    const { passes, claims } = await verify(await prove(evidence, first, { saved: false }), { saved: undefined })
    expect(passes).toBe(true)
    expect(claims.filter(({ holds }) => holds === null).map(({ claim }) => claim)).toEqual(['consistent', 'asked', 'final'])
  })

  it('is of a provisional window too, where a call that is there is there, and one that is not may still come', async () => {
    expect(await failing(await prove(evidence, first, { certificate: 0 }))).toEqual([])
    expect(await failing(await prove(evidence, missing, { certificate: 0 }))).toEqual(['final'])
  })

  it('is the whole file: written with blanks it is the same, and as something else it fails', async () => {
    const answer = await prove(evidence, first)
    expect(await failing(JSON.stringify(answer, null, 2))).toEqual([])
    for (const other of [
      '',
      '{',
      'null',
      '[]',
      '{}',
      '{"status":404,"title":"Not found"}',
      Buffer.of(0x7b, 0xff).toString('latin1'),
      `${JSON.stringify(answer)}${' '.repeat(2_000_000)}`,
    ])
      expect(await failing(other)).toEqual(['answer'])
  })

  it('holds no number', async () => {
    expect(JSON.stringify([await prove(evidence, first), await prove(evidence, missing)]).replaceAll(/[0-9a-f]{32,64}/g, '')).not.toMatch(/9198\d{8}|9197\d{8}/)
  })

  it('is refused for another account, call or window than was asked for', async () => {
    const answer = await prove(evidence, first)
    expect(await failing(answer, { account: 'other' })).toEqual(['asked'])
    expect(await failing(answer, { call: second })).toEqual(['asked'])
    expect(await failing(answer, { from: canonicalTime(evidence.from - WINDOW_MS) })).toEqual(['asked'])
    expect(await failing(answer, { to: canonicalTime(evidence.to) })).toEqual(['asked'])
  })

  it('is refused where it does not lead on from the saved checkpoint, or is of before it', async () => {
    const later = syntheticEvidence({ windows: 6, callsPerWindow: 12 })
    const newest = await later.kept.checkpoint()
    const old = await prove({ ...later, kept: { ...later.kept, checkpoint: async () => ({ ...later.saved, signedAt: 0 }) } }, first)
    const why = async (answer: CallProofAnswer, note: string) =>
      (await verify(answer, { keys: [later.verifierKey], saved: note })).claims.find(({ claim, holds }) => claim === 'consistent' && holds === false)?.why
    expect(await why(old, newest?.note ?? '')).toContain('rolled back')
    expect(await why(await prove(later, first, { saved: false }), later.saved.note)).toContain(`saved=${later.saved.size}`)
    expect(await why(await prove(later, first), later.saved.note)).toBeUndefined()
    const rewritten = syntheticEvidence({ windows: 6, callsPerWindow: 12, secondsMore: 1 })
    expect(await failing(await prove(rewritten, first), { keys: [rewritten.verifierKey, later.verifierKey], saved: later.saved.note })).toEqual(['consistent'])
  })

  it('is not made of a record that is another than the certificate that is held: it may be of another account', async () => {
    const mixed = { ...evidence, certificateLeaves: async (_: string, sha256s: readonly string[]) => new Map(sha256s.map((sha256) => [sha256, 0n])) }
    await expect(prove(mixed, first)).rejects.toThrow(/not the certificate/)
  })
})

describe('a proof that was tampered with', () => {
  const flip = (base64: string): string => {
    const bytes = Buffer.from(base64, 'base64')
    bytes[7] = (bytes[7] ?? 0) ^ 1
    return bytes.toString('base64')
  }
  type Change = (value: never) => unknown
  /** The answer with one member as `change` puts it; undefined: without it. */
  const tampered = (answer: CallProofAnswer, place: string, change: Change): unknown => {
    const changed = (value: unknown, [name, ...below]: readonly string[]): unknown =>
      name === undefined ? change(value as never) : { ...(value as object), [name]: changed((value as Record<string, unknown>)[name], below) }
    return JSON.parse(JSON.stringify(changed(answer, place === '' ? [] : place.split('.'))))
  }

  it.each<[string, string, string, Change]>([
    ['another call', 'call', 'callSid', () => second],
    ['of no call', 'answer', 'callSid', () => ''],
    ['its leaf', 'call', 'present.leaf', (leaf: string) => leaf.replace('"durationSeconds":"', '"durationSeconds":"1')],
    ['its leaf, written otherwise', 'call', 'present.leaf', (leaf: string) => ` ${leaf}`],
    ['its leaf, no text', 'answer', 'present.leaf', () => 7],
    ['its leaf, half a letter', 'answer', 'present.leaf', (leaf: string) => `${leaf}\ud83d`],
    ['its number', 'call', 'present.index', (index: number) => index + 1],
    ['its number, below all', 'call', 'present.index', () => -1],
    ['its number, beyond all', 'call', 'present.index', () => 12],
    ['its number, a text', 'call', 'present.index', (index: number) => `${index}`],
    ['a hash of its path', 'call', 'present.path', ([one = '', ...others]: string[]) => [flip(one), ...others]],
    ['its path, shorter', 'call', 'present.path', (hashes: string[]) => hashes.slice(1)],
    ['its path, longer', 'call', 'present.path', (hashes: string[]) => [...hashes, hashes[0]]],
    ['its path, in another order', 'call', 'present.path', (hashes: string[]) => hashes.toReversed()],
    ['its path, a hash written otherwise', 'answer', 'present.path', (hashes: string[]) => hashes.map((hash) => hash.slice(0, -1))],
    ['its path, none', 'answer', 'present.path', () => null],
    ['a member of its leaf besides', 'answer', 'present', (present: object) => ({ ...present, note: 'all is well' })],
    ['a header of the record', 'included', 'certificate.leaf', (leaf: string) => leaf.replace('"ce_leaseepoch":"1"', '"ce_leaseepoch":"2"')],
    ['the certificate in the record', 'included', 'certificate.leaf', (leaf: string) => leaf.replace('\\"state\\":\\"final\\"', '\\"state\\":\\"amended\\"')],
    ['the number of the record', 'included', 'certificate.index', (index: number) => index - 1],
    ["a hash of the record's path", 'included', 'certificate.path', ([one = '', ...others]: string[]) => [flip(one), ...others]],
    ["the record's path, shorter", 'included', 'certificate.path', (hashes: string[]) => hashes.slice(0, -1)],
    ['no record', 'answer', 'certificate', () => null],
    ['the size of the log before', 'consistent', 'consistency.from', (from: number) => from + 1],
    ['the size of the log', 'consistent', 'consistency.to', (to: number) => to + 1],
    ['a hash between the two logs', 'consistent', 'consistency.path', ([one = '', ...others]: string[]) => [flip(one), ...others]],
    ['nothing between the two logs', 'consistent', 'consistency', () => null],
    ['the origin', 'signature', 'checkpoint', (note: string) => note.replace('rollcall.test', 'rollcall.tost')],
    ['the size that is signed', 'signature', 'checkpoint', (note: string) => note.replace(/\n(\d+)\n/, '\n1$1\n')],
    ['the root that is signed', 'signature', 'checkpoint', (note: string) => note.replace(/\n([^\n]{44})\n/, (_, root: string) => `\n${flip(root)}\n`)],
    ['the signature', 'signature', 'checkpoint', (note: string) => note.replace(/ (\S+)\n$/, (_, signature: string) => ` ${flip(signature)}\n`)],
    ['no signature', 'signature', 'checkpoint', (note: string) => note.replace(/— .*\n$/, '')],
    ['no checkpoint', 'answer', 'checkpoint', () => null],
    ['neither there nor not', 'answer', 'present', () => null],
    ['there and not', 'answer', 'absent', () => ({ before: null, after: null })],
    ['a member besides', 'answer', '', (answer: object) => ({ ...answer, note: 'all is well' })],
    ['a member less', 'answer', 'consistency', () => undefined],
  ])('fails: %s', async (_, claim, place, change) => {
    const answer = await prove(evidence, first)
    const other = tampered(answer, place, change)
    expect(other).not.toEqual(answer)
    expect(await failing(other)).toContain(claim)
  })

  it.each<[string, string, Change]>([
    ['the call before is further on', 'absent', ({ after }: { after: object }) => ({ before: after, after })],
    ['the call before is the call', 'callSid', () => first],
    ['the call after is the call', 'callSid', () => second],
    ['there is no call before', 'absent.before', () => null],
    ['there is no call after', 'absent.after', () => null],
    ['there is none at all', 'absent', () => ({ before: null, after: null })],
    ['the number of the call before', 'absent.before.index', (index: number) => index - 1],
    ['the leaf of the call after', 'absent.after.leaf', (leaf: string) => leaf.replace('"recorded":', '"recorded": ')],
    ['a hash of the call after', 'absent.after.path', ([one = '', ...others]: string[]) => [flip(one), ...others]],
  ])('fails of a call that is not there: %s', async (_, place, change) => {
    expect(await failing(tampered(await prove(evidence, missing), place, change))).toEqual(['call'])
  })

  it('fails where a call is left out between two true ones', async () => {
    const [before, after] = [await prove(evidence, first), await prove(evidence, third)]
    expect(await failing({ ...before, callSid: second, present: null, absent: { before: before.present, after: after.present } })).toEqual(['call'])
  })

  it('fails with a true record of the log that is of another window, or no certificate', async () => {
    const answer = await prove(evidence, first)
    const { certificate } = await prove(evidence, callsOf(evidence, 1)[0] ?? '', { window: 1 })
    expect(await failing({ ...answer, certificate })).toEqual(['call'])
    const checkpoint = await evidence.kept.checkpoint()
    const { index, path: hashes } = await evidence.kept.proveInclusion(0, checkpoint?.size ?? 0)
    const scan = { leaf: evidence.log[0]?.toString() ?? '', index, path: hashes.map((each) => each.toString('base64')) }
    expect(await failing({ ...answer, certificate: scan })).toEqual(['certificate'])
  })

  it('fails where it is signed by a key that nobody trusts', async () => {
    const forged = syntheticEvidence({ windows: 5, callsPerWindow: 12, secondsMore: 1 })
    expect(await failing(await prove(forged, first, { saved: false }), { saved: undefined })).toEqual(['signature'])
    expect(await failing(await prove(evidence, first), { keys: [generateKey('rollcall.test/audit').verifierKey], saved: undefined })).toEqual(['signature'])
  })

  it('fails where a call was certified in a window that it is not of, or two ways at once, even by the true key', async () => {
    for (const change of [
      (leaf: string) => leaf.replace(/"createdAt":"2026/, '"createdAt":"2025'),
      (leaf: string) => leaf.replace('"recorded":', '"recorded":true,"recorded":'),
      (leaf: string) => leaf.replace('"account":"acme"', '"account":"other"'),
    ]) {
      const dishonest = syntheticEvidence({ windows: 1, callsPerWindow: 4, arrange: (leaves) => leaves.map(change) })
      const callSid = callsOf(dishonest)[1] ?? ''
      expect(await failing(await prove(dishonest, callSid, { saved: false }), { keys: [dishonest.verifierKey], saved: undefined })).toEqual(['call'])
    }
  })

  it.each([
    ['another account', (record: string) => record.replace('"key":"acme"', '"key":"other"')],
    ['no certificate', (record: string) => record.replace('\\"type\\":\\"certificate\\"', '\\"type\\":\\"certified\\"')],
    ['a version that it does not know', (record: string) => record.replace('\\"v\\":1', '\\"v\\":2')],
    ['no whole window', (record: string) => record.replace('T18:35:00.000Z\\"}', 'T18:40:00.000Z\\"}')],
    ['two readings', (record: string) => record.replace('"key":', '"key":"acme","key":')],
  ])('fails where the record is of %s, even by the true key', async (_, change) => {
    const answer = await prove(evidence, first, { saved: false })
    const leaf = change(answer.certificate.leaf)
    expect(leaf).not.toBe(answer.certificate.leaf)
    const { signerKey, verifierKey: theirs } = generateKey('rollcall.test/audit')
    const checkpoint = signCheckpoint({ origin: 'rollcall.test/audit', size: 1, root: leafHash(leaf) }, [createSigner(signerKey)])
    expect(await failing({ ...answer, checkpoint, certificate: { leaf, index: 0, path: [] } }, { keys: [theirs], saved: undefined })).toEqual(['certificate'])
  })

  it('fails where a window is certified to have no calls and has the root of some, even by the true key', async () => {
    const dishonest = syntheticEvidence({ windows: 1, callsPerWindow: 0, arrange: () => ['{"callSid":"hidden"}'] })
    const answer = { ...(await prove(dishonest, 'missing', { saved: false })), absent: { before: null, after: null } }
    expect(await failing(answer, { keys: [dishonest.verifierKey], saved: undefined })).toEqual(['call'])
  })

  it('fails whatever letter of it is another, in any window and log', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({ windows: fc.integer({ min: 1, max: 3 }), callsPerWindow: fc.integer({ min: 0, max: 12 }), records: fc.integer({ min: 0, max: 60 }) }),
        fc.nat(),
        fc.nat(),
        fc.string({ minLength: 1, maxLength: 1 }),
        fc.stringMatching(/^[0-9a-z]{1,32}$/),
        async (options, which, at, letter, unknown) => {
          const source = syntheticEvidence(options)
          const window = which % options.windows
          const known = callsOf(source, window)
          const callSid = known.length > 0 && which % 3 > 0 ? (known[which % known.length] ?? '') : unknown
          const asked = { keys: [source.verifierKey], saved: source.saved.note, account, call: callSid }
          const text = JSON.stringify(await prove(source, callSid, { window }))
          expect(await failing(text, asked)).toEqual([])
          const place = at % text.length
          const changed = text.slice(0, place) + letter + text.slice(place + 1)
          fc.pre(changed !== text)
          expect(await failing(changed, asked)).not.toEqual([])
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('verify.mjs, given the proof of a call', () => {
  const run = (...args: readonly string[]) => spawnSync(process.execPath, [fileURLToPath(VERIFIER_FILE), ...args], { encoding: 'utf8' })

  it('knows it from a pack, says PASS and what was shown, and ends with 0', async () => {
    writeFileSync(path, JSON.stringify(await prove(evidence, first)))
    writeFileSync(join(directory, 'saved'), saved.note)
    const { status, stdout } = run(path, '--key', verifierKey, '--saved', join(directory, 'saved'), '--call', first)
    expect(stdout).toMatch(/^PASS {2}answer/)
    expect(stdout).toMatch(/one of the 12 calls from .* \(final\), record \d+ of the \d+ of rollcall\.test\/audit\nPASS\n$/)
    expect(status).toBe(0)
  })

  it('says FAIL of what fails and ends with 1', async () => {
    writeFileSync(path, JSON.stringify(await prove(evidence, missing, { certificate: 0, saved: false })))
    const { status, stdout } = run(path, '--key', verifierKey)
    expect(stdout).toMatch(/FAIL {2}final .*the window is provisional/)
    expect(stdout).toMatch(/\nFAIL\n$/)
    expect(status).toBe(1)
  })

  it('ends with 2 where it is used wrongly', async () => {
    writeFileSync(path, JSON.stringify(await prove(evidence, first)))
    writeFileSync(join(directory, 'pack.zip'), 'PK')
    expect(run(path).status).toBe(2)
    expect(run(join(directory, 'nowhere.json'), '--key', verifierKey).status).toBe(2)
    expect(run(join(directory, 'pack.zip'), '--key', verifierKey, '--call', first)).toMatchObject({ status: 2, stderr: expect.stringContaining('this is a pack') })
  })
})

describe('the size of a proof', () => {
  it('is at most 1.5 kB of hashes and signed note, for a window of a day of a million calls', async () => {
    const day = syntheticEvidence({ windows: 1, callsPerWindow: 3_473 })
    const { present, certificate, checkpoint } = await prove(day, callsOf(day)[1_736] ?? '', { saved: false })
    // What `pnpm bench:call-proof` makes: a log of a million records has paths of 20 hashes.
    expect(present?.path).toHaveLength(12)
    expect(32 * (12 + 20) + checkpoint.length + '1000000'.length).toBeLessThanOrEqual(1_500)
    expect(certificate.path.length).toBeLessThanOrEqual(20)
  })
})
