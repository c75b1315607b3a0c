import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSigner } from '@rollcall/transparency-log/note/key'
import { expect, it, onTestFinished } from 'vitest'
import { createKeyFile } from './create-key-file.ts'

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
