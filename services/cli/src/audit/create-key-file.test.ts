import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSigner } from '@rollcall/transparency-log/note/key'
import { describe, expect, it, onTestFinished } from 'vitest'
import { CommandError } from '../command-error.ts'
import { createKeyFile } from './create-key-file.ts'
import { readVerifierKey } from './read-verifier-key.ts'

it('makes a key that only its owner reads, and never replaces one', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'rollcall-key-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const file = join(directory, 'keeper/key')
  const verifierKey = await createKeyFile(file, 'rollcall.test/audit')
  const text = readFileSync(file, 'utf8')
  expect(createSigner(text.trim()).verifierKey).toBe(verifierKey)
  expect(statSync(file).mode & 0o777).toBe(0o400)
  expect(await createKeyFile(file, 'rollcall.test/audit')).toBeNull()
  expect(readFileSync(file, 'utf8')).toBe(text)
})

describe('what others verify with', () => {
  it('is shown of a key, and of nothing that is none or that others can read, with no word of what is there', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'rollcall-key-'))
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
    const file = join(directory, 'key')
    const verifierKey = await createKeyFile(file, 'rollcall.test/audit')
    expect(await readVerifierKey(file)).toBe(verifierKey)
    chmodSync(file, 0o644)
    await expect(readVerifierKey(file)).rejects.toThrow(/mode 0644.*chmod 400/)
    const other = join(directory, 'other')
    writeFileSync(other, 'a secret', { mode: 0o400 })
    const refusal = await readVerifierKey(other).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(CommandError)
    expect(String(refusal)).not.toContain('a secret')
    await expect(readVerifierKey(join(directory, 'none'))).rejects.toThrow(/none cannot be read \(ENOENT\)/)
  })
})
