import { ConfigError } from '@rollcall/service/config-error'
import { readSecret } from '@rollcall/service/read-secret'
import { createSigner, KeyError } from '@rollcall/transparency-log/note/key'
import { CommandError } from '../command-error.ts'
import { EXIT } from '../exit-code.ts'

/** What others verify with, of the key in this file. @throws CommandError where there is none that only its owner reads; it never says what is in the file */
export const readVerifierKey = async (file: string): Promise<string> => {
  try {
    return createSigner(await readSecret(file, '--file')).verifierKey
  } catch (error) {
    if (error instanceof ConfigError || error instanceof KeyError) throw new CommandError(error instanceof KeyError ? `${file}: ${error.message}` : error.message, EXIT.usage)
    throw error
  }
}
