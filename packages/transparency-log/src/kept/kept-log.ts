/**
 * What the keeper of a log's tree leaves in its directory, for whoever answers questions about it:
 *
 *   signed-checkpoint   the newest signed checkpoint, replaced by rename
 *   level-00 …          the hashes, synced before the checkpoint that they belong to is signed
 *
 * Any process may read while the keeper writes: what a signed checkpoint stands for does not change any more.
 */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Checkpoint, readCheckpoint } from '../note/checkpoint.ts'
import { createTree, type Tree } from '../tree/tree.ts'
import { readTextIfAny } from './durable-file.ts'
import { readFileLevels } from './file-levels.ts'

export interface SignedCheckpoint extends Checkpoint {
  /** The note, byte for byte: what is served and published. */
  readonly note: string
}

/** That leaf `index` is in the log of `size` leaves. */
export interface InclusionProof {
  readonly index: number
  readonly size: number
  readonly leafHash: Buffer
  /** From the leaf up: at most 53 hashes, 20 for a million leaves. */
  readonly path: readonly Buffer[]
}

/** That the log of `first` leaves is the beginning of that of `second`. */
export interface ConsistencyProof {
  readonly first: number
  readonly second: number
  readonly path: readonly Buffer[]
}

export interface KeptLog {
  /** The newest; null before the first was signed. `signedAt` is in epoch milliseconds, by this host's clock. */
  checkpoint(): Promise<(SignedCheckpoint & { readonly signedAt: number }) | null>
  /** @param size of a checkpoint: at most that of the newest. @throws NotKeptError for leaves and sizes beyond it */
  proveInclusion(index: number, size: number): Promise<InclusionProof>
  /** @throws NotKeptError */
  proveConsistency(first: number, second: number): Promise<ConsistencyProof>
}

/** Nothing signed has that leaf or that size: a wrong question, or one that is asked too early. */
export class NotKeptError extends Error {
  override readonly name = 'NotKeptError'
}

const SIGNED_CHECKPOINT = 'signed-checkpoint'
export const signedCheckpointPath = (directory: string): string => join(directory, SIGNED_CHECKPOINT)

export const openKeptLog = (directory: string): KeptLog => {
  const checkpoint: KeptLog['checkpoint'] = async () => {
    const path = signedCheckpointPath(directory)
    const note = await readTextIfAny(path)
    return note === null ? null : { ...readCheckpoint(note), note, signedAt: Math.round((await stat(path)).mtimeMs) }
  }
  const prove = async <T>(isAsked: (size: number) => boolean, of: (tree: Tree) => T): Promise<T> => {
    const size = (await checkpoint())?.size ?? 0
    if (!isAsked(size)) throw new NotKeptError(`the newest signed checkpoint has ${size} leaves: there is no such proof`)
    const levels = readFileLevels(directory, size)
    try {
      return of(createTree(levels))
    } finally {
      levels.close()
    }
  }
  return {
    checkpoint,
    proveInclusion: (index, size) =>
      prove(
        (signed) => isCount(index) && isCount(size) && index < size && size <= signed,
        (tree) => ({ index, size, leafHash: tree.leaf(index), path: tree.proveInclusion(index, size) }),
      ),
    proveConsistency: (first, second) =>
      prove(
        (signed) => isCount(first) && isCount(second) && first <= second && second <= signed,
        (tree) => ({ first, second, path: tree.proveConsistency(first, second) }),
      ),
  }
}

const isCount = (count: number): boolean => Number.isSafeInteger(count) && count >= 0
