import { existsSync } from 'node:fs'
import { OperatorError } from '@rollcall/service/operator-error'
import { readSecret } from '@rollcall/service/read-secret'
import { createSigner, KeyError, type Signer } from '@rollcall/transparency-log/note/key'

/** The keys that sign. @throws OperatorError, ConfigError where a file is missing, can be read by others, or holds no key */
export const readSigners = async (files: readonly string[]): Promise<readonly [Signer, ...Signer[]]> => {
  const [first, ...others] = await Promise.all(files.map(readSigner))
  if (first === undefined) throw new OperatorError('KEEPER_KEY_FILES names no file; needed is one, or two while one key takes over from the other')
  return [first, ...others]
}

const readSigner = async (file: string): Promise<Signer> => {
  if (!existsSync(file))
    throw new OperatorError(
      `${file} does not exist; needed is a key that signs checkpoints. Make one with: rollcall key create --name <a name of yours, such as rollcall.example.com/audit>`,
    )
  try {
    return createSigner(await readSecret(file, 'KEEPER_KEY_FILES'))
  } catch (error) {
    if (error instanceof KeyError) throw new OperatorError(`${file}: ${error.message}. Make one with: rollcall key create`)
    throw error
  }
}
