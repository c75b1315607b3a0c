/**
 * Where the hashes of a tree are kept: level 0 is those of the leaves, and each further level those of the full pairs of the level below.
 * What is appended never changes, so a tree of a million leaves gives any proof by reading some forty hashes.
 */
export interface Levels {
  /** How many hashes a level has; 0 for one that was never appended to. */
  length(level: number): number
  /** @throws RangeError where there is no such hash */
  read(level: number, index: number): Buffer
  append(level: number, hash: Uint8Array): void
}
