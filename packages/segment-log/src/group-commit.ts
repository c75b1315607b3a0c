/**
 * Appends that arrive while one group is being committed wait, and are the next group: no timer, no size to tune.
 * A group holds whole appends only, each of which succeeds or fails with its group.
 */
import { SpoolBusyError, SpoolClosedError } from './spool-errors.ts'

/** A group takes no further append beyond this. */
const GROUP_BYTES_MAX = 4 * 1024 * 1024

export interface Group {
  readonly batches: readonly (readonly Uint8Array[])[]
  /** Framed. */
  readonly bytes: number
}

interface Waiting {
  readonly records: readonly Uint8Array[]
  readonly bytes: number
  readonly resolve: (firstSeq: bigint) => void
  readonly reject: (error: unknown) => void
}

export class GroupCommit {
  readonly #commit: (group: Group) => Promise<number>
  readonly #pendingBytesMax: number
  #waiting: Waiting[] = []
  #pendingBytes = 0
  #running: Promise<void> | null = null
  #closed = false

  /** `commit` makes a group durable and answers the seq of its first record. */
  constructor(commit: (group: Group) => Promise<number>, pendingBytesMax: number) {
    this.#commit = commit
    this.#pendingBytesMax = pendingBytesMax
  }

  append(records: readonly Uint8Array[], bytes: number): Promise<bigint> {
    if (this.#closed) return Promise.reject(new SpoolClosedError('the segment log is closed'))
    if (this.#pendingBytes + bytes > this.#pendingBytesMax) {
      return Promise.reject(
        new SpoolBusyError(`${this.#pendingBytes} bytes wait for the disk and ${bytes} more exceed the bound of ${this.#pendingBytesMax}; slow down, or raise pendingBytesMax`),
      )
    }
    this.#pendingBytes += bytes
    return new Promise((resolve, reject) => {
      this.#waiting.push({ records, bytes, resolve, reject })
      this.#running ??= this.#run()
    })
  }

  /** Commits what waits and takes nothing more. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#running
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const { appends, group } = this.#next()
      try {
        let seq = await this.#commit(group)
        for (const { resolve, records } of appends) {
          resolve(BigInt(seq))
          seq += records.length
        }
      } catch (error) {
        for (const { reject } of appends) reject(error)
      }
      this.#pendingBytes -= group.bytes
      // Those just answered often append again at once: let them join the next group.
      await new Promise(setImmediate)
    }
    this.#running = null
  }

  #next(): { appends: Waiting[]; group: Group } {
    let bytes = 0
    let count = 0
    for (const append of this.#waiting) {
      if (count > 0 && bytes + append.bytes > GROUP_BYTES_MAX) break
      bytes += append.bytes
      count += 1
    }
    const appends = count === this.#waiting.length ? this.#waiting : this.#waiting.slice(0, count)
    this.#waiting = count === this.#waiting.length ? [] : this.#waiting.slice(count)
    return { appends, group: { batches: appends.map(({ records }) => records), bytes } }
  }
}
