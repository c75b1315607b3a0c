import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { nodeFiles } from './node-files.ts'
import { describeFilePort } from './testing/file-port.contract.ts'
import { memoryFiles } from './testing/memory-files.ts'

const directories: string[] = []
afterAll(() => Promise.all(directories.map((directory) => rm(directory, { recursive: true, force: true }))))
describeFilePort('the disk itself', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'rollcall-files-'))
  directories.push(directory)
  return { files: nodeFiles, directory }
})

describeFilePort('a disk in memory', async () => ({ files: memoryFiles(), directory: '/disk' }))
