/** How many files a pack may have: what the writer writes the verifier takes, and neither goes beyond what a zip can count. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DAY } from '@rollcall/domain/time'
import { WINDOW_MS } from '@rollcall/domain/window/window'
import { generateKey } from '@rollcall/transparency-log/note/key'
import { expect, it, onTestFinished } from 'vitest'
import { EXPORT_DAYS_MAX } from '../export-days.ts'
import { readZip } from '../testing/read-zip.ts'
import { verifyPack } from '../verify-pack.ts'
import { createZipWriter, ENTRIES_MAX, type ZipWriter } from './zip-writer.ts'

const NOTHING = new Uint8Array()
/** All but the calls: manifest, checkpoint, certificates, proofs, consistency, the verifier and its page. */
const OTHER_FILES = 7
const END_BYTES = 22

const zipOf = async (entries: number): Promise<{ readonly zip: Buffer; readonly writer: ZipWriter }> => {
  const parts: Uint8Array[] = []
  const writer = createZipWriter(async (bytes) => void parts.push(bytes))
  for (let nth = 0; nth < entries; nth += 1) await writer.add({ name: `${nth}`, method: 'stored', packed: NOTHING, content: NOTHING })
  await writer.finish()
  return { zip: Buffer.concat(parts), writer }
}
/** What the verifier says of the container first. */
const verdictOn = async (zip: Buffer): Promise<string | null | undefined> => {
  const directory = mkdtempSync(join(tmpdir(), 'rollcall-zip-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const path = join(directory, 'pack.zip')
  writeFileSync(path, zip)
  const { claims } = await verifyPack(path, { keys: [generateKey('rollcall.test/audit').verifierKey] })
  return claims.find(({ claim }) => claim === 'container')?.why
}

it('a zip with as many files as can be counted is read, and no other is added', async () => {
  const { zip, writer } = await zipOf(ENTRIES_MAX)
  expect(readZip(zip).size).toBe(ENTRIES_MAX)
  expect(await verdictOn(zip)).toBe('there is no manifest.json')
  await expect(writer.add({ name: 'more', method: 'stored', packed: NOTHING, content: NOTHING })).rejects.toThrow(`more than ${ENTRIES_MAX} files`)
})

it('a zip has no more bytes than it may, and without its end it is none', async () => {
  const parts: Uint8Array[] = []
  const writer = createZipWriter(async (bytes) => void parts.push(bytes), 100)
  const add = (bytes: number) => writer.add({ name: 'n', method: 'stored', packed: Buffer.alloc(bytes), content: Buffer.alloc(bytes) })
  await add(69)
  await expect(add(0)).rejects.toThrow('more than 100 bytes; ask for a shorter range')
  expect(await verdictOn(Buffer.concat(parts))).toBe('the pack does not end as a zip does')
  await expect(writer.finish()).rejects.toThrow('more than 100 bytes')
})

it('a zip that counts one more is another format, and not read', async () => {
  const { zip } = await zipOf(1)
  for (const at of [8, 10]) zip.writeUInt16LE(ENTRIES_MAX + 1, zip.length - END_BYTES + at)
  expect(await verdictOn(zip)).toBe('the pack does not end as a zip does')
})

it('the widest range that may be asked for has room in it', () => expect((EXPORT_DAYS_MAX.pack * DAY) / WINDOW_MS + 1 + OTHER_FILES).toBeLessThanOrEqual(ENTRIES_MAX))
