import { readFile, stat } from 'node:fs/promises'
import { ConfigError } from './config-error.ts'

const OTHERS_MODE_MASK = 0o077
const SECRET_FILE_BYTES_MAX = 4_096

/** The secret in a file that only its owner can read. @param where what named the file, for the message @throws ConfigError */
export const readSecret = async (path: string, where: string): Promise<string> => {
  try {
    const { mode, size } = await stat(path)
    if (process.platform !== 'win32' && (mode & OTHERS_MODE_MASK) !== 0)
      throw new ConfigError([`${where}: ${path} has mode ${(mode & 0o777).toString(8).padStart(4, '0')}, so others can read it; needed is 0400. Change it with: chmod 400 ${path}`])
    if (size > SECRET_FILE_BYTES_MAX)
      throw new ConfigError([`${where}: ${path} has ${size} bytes; needed is one secret of at most ${SECRET_FILE_BYTES_MAX}. Write only the secret into it.`])
    const text = (await readFile(path, 'utf8')).trim()
    if (text === '') throw new ConfigError([`${where}: ${path} is empty; needed is the secret on one line. Write it into the file.`])
    return text
  } catch (error) {
    if (error instanceof ConfigError) throw error
    throw new ConfigError([`${where}: ${path} cannot be read (${codeOf(error)}); needed is a file with mode 0400 that holds the secret. Create it or correct the path.`])
  }
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'unknown'
