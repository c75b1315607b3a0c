import { readFile } from 'node:fs/promises'

/** The verifier and its specification, as they go into every pack. */
export const readVerifier = async (): Promise<{ readonly script: Buffer; readonly specification: Buffer }> => {
  const [script, specification] = await Promise.all([readFile(VERIFIER_FILE), readFile(new URL('../../../../docs/audit-proof.md', import.meta.url))])
  return { script, specification }
}

/** Where verify.mjs is. */
export const VERIFIER_FILE = new URL('../../verify/verify.mjs', import.meta.url)
