import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** Of one test, gone with it. */
export const temporaryDirectory = (): string => {
  const directory = mkdtempSync(join(tmpdir(), 'rollcall-tree-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}
