import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { replaceFile } from '../kept/durable-file.ts'
import { type CheckpointPublisher, targetFor } from './publisher.ts'

/** Into a file, by rename: a share that the auditor owns, or a folder that something else carries away. */
export const createFilePublisher = (path: string): CheckpointPublisher => ({
  description: `file ${path}`,
  publish: async ({ note, size }) => {
    const target = targetFor(path, size)
    await mkdir(dirname(target), { recursive: true })
    await replaceFile(target, note)
  },
})
