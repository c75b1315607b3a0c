/**
 * Signs the heads of one log, and never two that contradict each other: what it signed last is on its own disk, and a tree that does not
 * begin with that one is refused (C2SP tlog-checkpoint). Written before it is handed out: killed between the two, it has signed more than
 * anybody has seen, which contradicts nothing.
 */
import { type Checkpoint, readCheckpoint, signCheckpoint } from '../note/checkpoint.ts'
import type { Signer } from '../note/key.ts'
import { areSameKeys, type SigningKey, signingKey, signingKeys } from '../note/signing-keys.ts'
import type { Tree } from '../tree/tree.ts'
import { verifyConsistency } from '../tree/verify-consistency.ts'
import { readTextIfAny, replaceFile } from './durable-file.ts'
import { type SignedCheckpoint, signedCheckpointPath } from './kept-log.ts'

export interface CheckpointSigner {
  /** What was signed last; null before the first. */
  last(): SignedCheckpoint | null
  /** Null while the keys that sign are those that signed last, and before the first checkpoint. */
  keyChange(): KeyChange | null
  /** Signs the tree as it is, whose hashes are on the disk. @throws InconsistentTreeError, with nothing signed */
  sign(tree: Pick<Tree, 'size' | 'root' | 'proveConsistency'>): Promise<SignedCheckpoint>
}

/** Other keys sign from now on. */
export interface KeyChange {
  readonly before: readonly SigningKey[]
  readonly after: readonly SigningKey[]
}

export interface SigningAs {
  readonly directory: string
  readonly origin: string
  /** The key that signs; two of them while one takes over from the other. */
  readonly signers: readonly [Signer, ...Signer[]]
}

/** @throws InconsistentTreeError where the directory is that of another log; NoteError where its checkpoint cannot be read */
export const openCheckpointSigner = async ({ directory, origin, signers }: SigningAs): Promise<CheckpointSigner> => {
  const path = signedCheckpointPath(directory)
  const note = await readTextIfAny(path)
  let last = note === null ? null : { ...readCheckpoint(note), note }
  if (last !== null && last.origin !== origin) throw new InconsistentTreeError(`${directory} is of the log ${last.origin}, not of ${origin}`)
  const after = signers.map(signingKey)
  return {
    last: () => last,
    keyChange: () => {
      const before = last === null ? after : signingKeys(last.note)
      return areSameKeys(before, after) ? null : { before, after }
    },
    sign: async (tree) => {
      const head: Checkpoint = { origin, size: tree.size, root: tree.root() }
      if (last !== null) refuseContradiction(last, head, tree)
      const signed = { ...head, note: signCheckpoint(head, signers) }
      await replaceFile(path, signed.note)
      last = signed
      return signed
    },
  }
}

const refuseContradiction = (last: Checkpoint, head: Checkpoint, tree: Pick<Tree, 'proveConsistency'>): void => {
  if (head.size < last.size) throw new InconsistentTreeError(`the log has ${head.size} records, and ${last.size} were signed for`)
  if (!verifyConsistency(last, head, tree.proveConsistency(last.size, head.size)))
    throw new InconsistentTreeError(`the log's first ${last.size} records are not those that were signed for`)
}

/** The log is not the one that was signed for: it was changed, cut, or is another. Trying again cannot help: a person must look. */
export class InconsistentTreeError extends Error {
  override readonly name = 'InconsistentTreeError'
}
