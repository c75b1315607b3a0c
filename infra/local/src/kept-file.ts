import { randomUUID } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { z } from 'zod'

export interface KeptFile<T> {
  /** Null when there is no such file yet. */
  read(): Promise<T | null>
  /** All of it or nothing: a reader never sees half a file. */
  write(value: T): Promise<void>
}

/**
 * A small JSON file of our own under a data directory: ports, passwords, process numbers.
 * @param mode permissions of the file; 0600 for secrets.
 */
export const keptFile = <T>(path: string, schema: z.ZodType<T>, mode = 0o644): KeptFile<T> => ({
  read: async () => {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null
      throw error
    })
    if (text === null) return null
    try {
      return schema.parse(JSON.parse(text))
    } catch (cause) {
      const problem = cause instanceof z.ZodError ? z.prettifyError(cause) : 'it is not JSON'
      throw new Error(`${path} cannot be used: ${problem}. Begin anew with --fresh, or put the file back.`, { cause })
    }
  },
  write: async (value) => {
    const temporary = `${path}.${randomUUID()}.new`
    await writeFile(temporary, `${JSON.stringify(value, null, 2)}\n`, { mode })
    await rename(temporary, path)
  },
})
