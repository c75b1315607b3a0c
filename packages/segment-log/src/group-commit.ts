/**
 * Appends that arrive while one group is being committed wait, and are the next group: no timer, no size to tune.
 * A group holds whole appends only, each of which succeeds or fails with its group. A disk that does not come back from one group gets no
 * more to do: whoever would wait for it is told at once and can go elsewhere.
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

export interface GroupCommitOptions {
  readonly pendingBytesMax: number
  readonly stallMsMax: number
  readonly monotonicMs: () => number
}

export class GroupCommit {
  readonly #commit: (group: Group) => Promise<number>
  readonly #options: GroupCommitOptions
  #waiting: Waiting[] = []
  #pendingBytes = 0
  #running: Promise<void> | null = null
  #closed = false
  /** When the group that is being committed was begun. */
  #began: number | null = null

  /** `commit` makes a group durable and answers the seq of its first record. */
  constructor(commit: (group: Group) => Promise<number>, options: GroupCommitOptions) {
    this.#commit = commit
    this.#options = options
  }

  append(records: readonly Uint8Array[], bytes: number): Promise<bigint> {
    if (this.#closed) return Promise.reject(new SpoolClosedError('the segment log is closed'))
    const { pendingBytesMax, stallMsMax } = this.#options
    if (this.#pendingBytes + bytes > pendingBytesMax) {
      return Promise.reject(
        new SpoolBusyError(`${this.#pendingBytes} bytes wait for the disk and ${bytes} more exceed the bound of ${pendingBytesMax}; slow down, or raise pendingBytesMax`),
      )
    }
    const writingMs = this.writingMs()
    if (writingMs > stallMsMax) {
      return Promise.reject(
        new SpoolBusyError(`the disk has not come back from a write for ${Math.round(writingMs)} ms, ${stallMsMax} are allowed; check the disk and the kernel log`),
      )
    }
    this.#pendingBytes += bytes
    return new Promise((resolve, reject) => {
      this.#waiting.push({ records, bytes, resolve, reject })
      this.#running ??= this.#run()
    })
  }

  /** For how long the group that is being committed has been; 0 where none is. */
  writingMs(): number {
    return this.#began === null ? 0 : this.#options.monotonicMs() - this.#began
  }

  /** Does `work` where nothing is being committed; what is appended meanwhile waits for it. Nothing where something is. */
  async whenIdle(work: () => Promise<void>): Promise<void> {
    if (this.#began === null && this.#waiting.length === 0) await this.#running
    if (this.#running !== null || this.#closed) return
    const worked = work()
    this.#running = worked.then(() => this.#run())
    await worked
  }

  /** Commits what waits and takes nothing more. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#running
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const { appends, group } = this.#next()
      this.#began = this.#options.monotonicMs()
      try {
        let seq = await this.#commit(group)
        for (const { resolve, records } of appends) {
          resolve(BigInt(seq))
          seq += records.length
        }
      } catch (error) {
        for (const { reject } of appends) reject(error)
      }
      this.#began = null
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
