import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { generateKey } from '@rollcall/transparency-log/note/key'

const OWNER_READS = 0o400

/** Makes a key that signs checkpoints, in a file that only its owner reads. Returns the verifier key, or null where the file is there already: a key is never replaced. */
export const createKeyFile = async (path: string, name: string): Promise<string | null> => {
  const { signerKey, verifierKey } = generateKey(name)
  await mkdir(dirname(path), { recursive: true })
  const file = await open(path, 'wx', OWNER_READS).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return null
    throw error
  })
  if (file === null) return null
  try {
    await file.writeFile(`${signerKey}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  return verifierKey
}
