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
import { setImmediate } from 'node:timers/promises'
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
  /** The same of many leaves, in the order in which they are given, of one look at the directory; lets the process do other things in between. @throws NotKeptError */
  proveInclusions(indexes: readonly number[], size: number): AsyncIterable<InclusionProof>
  /** @throws NotKeptError */
  proveConsistency(first: number, second: number): Promise<ConsistencyProof>
}

/** Nothing signed has that leaf or that size: a wrong question, or one that is asked too early. */
export class NotKeptError extends Error {
  override readonly name = 'NotKeptError'
}

const SIGNED_CHECKPOINT = 'signed-checkpoint'
export const signedCheckpointPath = (directory: string): string => join(directory, SIGNED_CHECKPOINT)

/** Made in one go: reading the hashes of their paths takes some ten milliseconds. */
const PROOFS_AT_ONCE = 200

export const openKeptLog = (directory: string): KeptLog => {
  const checkpoint: KeptLog['checkpoint'] = async () => {
    const path = signedCheckpointPath(directory)
    const note = await readTextIfAny(path)
    return note === null ? null : { ...readCheckpoint(note), note, signedAt: Math.round((await stat(path)).mtimeMs) }
  }
  const openSigned = async (isAsked: (signed: number) => boolean): Promise<{ readonly tree: Tree; readonly close: () => void }> => {
    const size = (await checkpoint())?.size ?? 0
    if (!isAsked(size)) throw new NotKeptError(`the newest signed checkpoint has ${size} leaves: there is no such proof`)
    const levels = readFileLevels(directory, size)
    return { tree: createTree(levels), close: levels.close }
  }
  async function* proveInclusions(indexes: readonly number[], size: number): AsyncGenerator<InclusionProof> {
    const { tree, close } = await openSigned((signed) => isCount(size) && size <= signed && indexes.every((index) => isCount(index) && index < size))
    try {
      for (const [nth, index] of indexes.entries()) {
        if (nth > 0 && nth % PROOFS_AT_ONCE === 0) await setImmediate()
        yield { index, size, leafHash: tree.leaf(index), path: tree.proveInclusion(index, size) }
      }
    } finally {
      close()
    }
  }
  return {
    checkpoint,
    proveInclusion: async (index, size) => {
      for await (const proof of proveInclusions([index], size)) return proof
      throw new NotKeptError(`there is no proof of leaf ${index}`)
    },
    proveInclusions,
    proveConsistency: async (first, second) => {
      const { tree, close } = await openSigned((signed) => isCount(first) && isCount(second) && first <= second && second <= signed)
      try {
        return { first, second, path: tree.proveConsistency(first, second) }
      } finally {
        close()
      }
    },
  }
}

const isCount = (count: number): boolean => Number.isSafeInteger(count) && count >= 0
