import { z } from 'zod'
import { VERIFIER_FILE } from './pack/read-verifier.ts'

/** The verifier that goes into packs, called from within: of packs, and of proofs of a call. */

const Verified = z.object({
  passes: z.boolean(),
  /** `holds` null: it was not asked for. */
  claims: z.array(z.object({ claim: z.string(), holds: z.boolean().nullable(), why: z.string().nullable() })),
})
export type Verified = z.infer<typeof Verified>

export interface VerifyOptions {
  readonly keys: readonly string[]
  /** Text of a checkpoint that was saved before. */
  readonly saved?: string
  readonly account?: string
  readonly from?: string
  readonly to?: string
  /** CallSid: of the proof of a call. */
  readonly call?: string
}

interface Verifier {
  readonly verifyPack: (path: string, options: VerifyOptions) => unknown
  readonly verifyCallProof: (path: string, options: VerifyOptions) => unknown
  readonly main: (args: readonly string[], out: (line: string) => void, err: (line: string) => void) => number
}

/** The very file that goes into packs. */
const load = async (): Promise<Verifier> => (await import(VERIFIER_FILE.href)) as Verifier

/** Verifies a pack as an auditor does. */
export const verifyPack = async (path: string, options: VerifyOptions): Promise<Verified> => Verified.parse((await load()).verifyPack(path, options))

/** Verifies the answer with the proof of a call, which is in a file, as an auditor does. */
export const verifyCallProof = async (path: string, options: VerifyOptions): Promise<Verified> => Verified.parse((await load()).verifyCallProof(path, options))

/** The verifier's command line; returns its exit code. */
export const runVerifier = async (args: readonly string[], out: (line: string) => void, err: (line: string) => void): Promise<number> => (await load()).main(args, out, err)
