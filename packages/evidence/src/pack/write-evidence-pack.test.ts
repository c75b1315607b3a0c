import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { canonicalTime, DAY } from '@rollcall/domain/time'
import { WINDOW_MS } from '@rollcall/domain/window/window'
import { generateKey } from '@rollcall/transparency-log/note/key'
import { packLeaves, unpackLeaves } from '@rollcall/transparency-log/window/packed-leaves'
import { afterAll, describe, expect, it } from 'vitest'
import { type CertifiedCalls, type EvidenceSource, NoEvidenceError } from '../evidence-source.ts'
import { readZip } from '../testing/read-zip.ts'
import { syntheticEvidence } from '../testing/synthetic-evidence.ts'
import { runVerifier, verifyPack } from '../verify-pack.ts'
import { VERIFIER_FILE } from './read-verifier.ts'
import { type PackRequest, writeEvidencePack } from './write-evidence-pack.ts'

const directory = mkdtempSync(join(tmpdir(), 'rollcall-pack-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))
const evidence = syntheticEvidence({ windows: 14, callsPerWindow: 20 })
const { account, from, to, saved, verifierKey } = evidence
const keys = [verifierKey]

const packOf = async (source: EvidenceSource = evidence, changes: Partial<PackRequest> = {}): Promise<Buffer> => {
  const parts: Uint8Array[] = []
  await writeEvidencePack(source, { account, from, to, savedSize: saved.size, ...changes }, async (bytes) => void parts.push(bytes))
  return Buffer.concat(parts)
}
const fileOf = async (source?: EvidenceSource, changes?: Partial<PackRequest>): Promise<string> => {
  const path = join(directory, 'pack.zip')
  writeFileSync(path, await packOf(source, changes))
  return path
}
const failing = async (path: string, options = {}): Promise<readonly string[]> =>
  (await verifyPack(path, { keys, saved: saved.note, ...options })).claims.filter(({ holds }) => holds === false).map(({ claim }) => claim)

describe('an evidence pack', () => {
  it('passes every claim, and is the same bytes each time', async () => {
    const path = await fileOf()
    const verified = await verifyPack(path, { keys, saved: saved.note, account, from: canonicalTime(from), to: canonicalTime(to) })
    expect(verified.claims.filter(({ holds }) => holds !== true)).toEqual([])
    expect(verified.passes).toBe(true)
    expect((await packOf()).equals(readFileSync(path))).toBe(true)
  })

  it('says so of what was not asked, and passes all the same', async () => {
    const { passes, claims } = await verifyPack(await fileOf(), { keys })
    expect(passes).toBe(true)
    expect(claims.filter(({ holds }) => holds === null).map(({ claim }) => claim)).toEqual(['consistent', 'asked'])
  })

  it('holds no number', async () => {
    const text = [...readZip(await packOf()).values()].join('\n')
    expect(text.includes(account)).toBe(true)
    // The calls have such numbers, by their first digits.
    expect(/\+?9198\d{8}|\+?9197\d{8}/.exec(text.replaceAll(/[0-9a-f]{32,64}/g, ''))).toBeNull()
  })

  it.each(['fields', 'firstSeen', 'callSid', 'verified'])('fails, and does not break down, where a call has no %s', async (member) => {
    const [first, ...others] = evidence.certified
    const [leaf = '', ...leaves] = unpackLeaves(first?.packedLeaves ?? Buffer.alloc(0))
    const packedLeaves = packLeaves([leaf.replace(`"${member}"`, `"${member.slice(0, -1)}~"`), ...leaves])
    const source = { ...evidence, windows: async () => [{ ...(first as CertifiedCalls), packedLeaves }, ...others].slice(0, 12) }
    expect(await failing(await fileOf(source, { to: from + 12 * WINDOW_MS }))).toContain('calls')
  })

  it.each<[string, (leaves: readonly string[]) => readonly string[]]>([
    ['twice', ([first = '', ...others]) => [first, first, ...others]],
    ['in another order', (leaves) => leaves.toReversed()],
  ])('fails where calls were certified %s, even by the true key: nothing could be shown not to be there', async (_, arrange) => {
    const dishonest = syntheticEvidence({ windows: 2, callsPerWindow: 5, arrange })
    const path = await fileOf(dishonest, { to: dishonest.to, savedSize: 0 })
    const { claims } = await verifyPack(path, { keys: [dishonest.verifierKey] })
    expect(claims.find(({ claim }) => claim === 'calls')).toMatchObject({ holds: false, why: expect.stringContaining('not sorted') })
  })

  it.each([
    ['with a member twice', (leaf: string) => leaf.replace('"recorded":', '"recorded":true,"recorded":')],
    ['with a blank', (leaf: string) => leaf.replace('"recorded":', '"recorded": ')],
    ['with members in another order', (leaf: string) => leaf.replace(/^\{("account":"[^"]*"),("callSid":"[^"]*")/, '{$2,$1')],
    ['with a number written otherwise', (leaf: string) => leaf.replace('"recorded":true', '"recorded":1.0').replace('"recorded":false', '"recorded":1.0')],
  ])('fails where a call was certified %s, even by the true key: two readers could read two things', async (_, change) => {
    const dishonest = syntheticEvidence({ windows: 1, callsPerWindow: 3, arrange: (leaves) => leaves.map(change) })
    const { claims } = await verifyPack(await fileOf(dishonest, { to: dishonest.to, savedSize: 0 }), { keys: [dishonest.verifierKey] })
    expect(claims.find(({ claim }) => claim === 'calls')).toMatchObject({ holds: false, why: expect.stringMatching(/not canonical JSON|not JSON/) })
  })

  it('is not complete while a window has no certificate, or none that is final', async () => {
    expect(await failing(await fileOf(evidence, { to: to + WINDOW_MS }))).toEqual(['complete'])
    const provisional = {
      ...evidence,
      windows: async (...range: Parameters<typeof evidence.windows>) =>
        (await evidence.windows(...range)).map((window) => (window.windowFrom === from + 2 * WINDOW_MS ? { ...window, certificates: window.certificates.slice(0, 1) } : window)),
    }
    expect(await failing(await fileOf(provisional, { to: from + 12 * WINDOW_MS }))).toEqual(['complete'])
  })

  it('is refused with another account, range or key than was asked for', async () => {
    const path = await fileOf()
    expect(await failing(path, { account: 'other' })).toEqual(['asked'])
    expect(await failing(path, { from: canonicalTime(from - WINDOW_MS) })).toEqual(['asked'])
    expect(await failing(path, { to: canonicalTime(to + WINDOW_MS) })).toEqual(['asked'])
    expect(await failing(path, { keys: [generateKey('rollcall.test/audit').verifierKey] })).toContain('signature')
  })

  it('is refused where the auditor holds a later checkpoint, or one that the pack does not lead to', async () => {
    const later = syntheticEvidence({ windows: 15, callsPerWindow: 20 })
    const newest = await later.kept.checkpoint()
    const path = join(directory, 'rolled-back.zip')
    const parts: Uint8Array[] = []
    await writeEvidencePack(
      { ...later, kept: { ...later.kept, checkpoint: async () => ({ ...later.saved, signedAt: 0 }) } },
      { account, from, to: from + WINDOW_MS, savedSize: 0 },
      async (bytes) => void parts.push(bytes),
    )
    writeFileSync(path, Buffer.concat(parts))
    const verified = await verifyPack(path, { keys: [later.verifierKey], saved: newest?.note ?? '' })
    expect(verified.claims.find(({ claim }) => claim === 'consistent')).toMatchObject({ holds: false, why: expect.stringContaining('rolled back') })
    expect(await failing(await fileOf(evidence, { savedSize: 0 }))).toEqual(['consistent'])
  })

  it('cannot be written before its certificates are signed for, or past a checkpoint that we do not have', async () => {
    await expect(packOf({ ...evidence, certificateLeaves: async () => new Map() })).rejects.toThrow(NoEvidenceError)
    await expect(packOf(evidence, { savedSize: 1_000 })).rejects.toThrow(/rolled back/)
    await expect(packOf({ ...evidence, kept: { ...evidence.kept, checkpoint: async () => null } })).rejects.toThrow(NoEvidenceError)
  })
})

describe('a pack that would be larger than a zip can be', () => {
  it('is refused before its first byte, with what to ask for', async () => {
    const long = { ...evidence, certifiedBytes: async () => ({ packedLeaves: 27 * 1_024 ** 3, certificates: 0 }) }
    const request = { account, from, to: from + 90 * DAY, savedSize: 0 }
    await expect(writeEvidencePack(long, request, async () => expect.unreachable())).rejects.toThrow(
      new NoEvidenceError('The pack would have 27.0 GiB, and can have 4.0. Ask for one range after another, of 319 hours or less.'),
    )
  })

  it.each([
    [0, 1],
    [3, 0],
    [40, 3],
    [12, 400],
  ])('is taken for no less than it is: of %d windows with %d calls each', async (windows, callsPerWindow) => {
    const other = syntheticEvidence({ windows, callsPerWindow, records: 5_000 })
    const parts: Uint8Array[] = []
    const request = { account, from: other.from, to: Math.max(other.to, other.from + WINDOW_MS), savedSize: 0 }
    await writeEvidencePack(other, request, async (part) => void parts.push(part))
    const { length } = Buffer.concat(parts)
    await expect(writeEvidencePack(other, request, async () => expect.unreachable(), length - 1)).rejects.toThrow(NoEvidenceError)
  })
})

describe('verify.mjs', () => {
  const script = fileURLToPath(VERIFIER_FILE)
  const run = (...args: readonly string[]) => spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' })

  it('says PASS and ends with 0, as a file of its own', async () => {
    writeFileSync(join(directory, 'saved'), saved.note)
    writeFileSync(join(directory, 'key'), `${verifierKey}\n`)
    const { status, stdout } = run(await fileOf(), '--key', join(directory, 'key'), '--saved', join(directory, 'saved'))
    expect(stdout).toMatch(/^PASS {2}container/)
    expect(stdout).toMatch(/\nPASS\n$/)
    expect(status).toBe(0)
  })

  it('says FAIL of what fails and ends with 1', async () => {
    const path = await fileOf(evidence, { to: to + WINDOW_MS })
    const { status, stdout } = run(path, '--key', verifierKey)
    expect(stdout).toMatch(/FAIL {2}complete .*1 windows have no certificate/)
    expect(stdout).toMatch(/\nFAIL\n$/)
    expect(status).toBe(1)
  })

  it.each([
    [[]],
    [['pack.zip']],
    [['--key', 'x']],
    [['pack.zip', '--key', 'not-a-key']],
    [['/nowhere/pack.zip', '--key', verifierKey]],
    [['pack.zip', '--key', verifierKey, '--what']],
    [['a', 'b', '--key', verifierKey]],
  ])('ends with 2 and says how it is used: %j', (args) => {
    const { status, stderr } = run(...args)
    expect(status).toBe(2)
    expect(stderr).not.toBe('')
  })

  it('gives the same from within, and as JSON', async () => {
    const path = await fileOf()
    const lines: string[] = []
    expect(
      await runVerifier(
        [path, '--key', verifierKey, '--json'],
        (line) => lines.push(line),
        () => {},
      ),
    ).toBe(0)
    expect(JSON.parse(lines.join(''))).toMatchObject({ passes: true, about: { account, windows: { certified: 14, final: 14, uncertified: [] } } })
  })
})
