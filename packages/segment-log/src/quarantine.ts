import { join } from 'node:path'
import type { FilePort } from './file-port.ts'
import type { ByteRange } from './scan-segment.ts'
import { replaceFile } from './whole-file.ts'

const SUFFIX = '.quarantine'

/** Damaged bytes, copied aside as evidence: `<segment>.<from>-<to>.quarantine`. They stay in the segment too and are stepped over; they are never replayed. */
export class Quarantine {
  readonly #files: FilePort
  readonly #directory: string
  readonly #bytes = new Map<string, number>()

  constructor(files: FilePort, directory: string, listed: readonly { readonly name: string; readonly bytes: number }[]) {
    this.#files = files
    this.#directory = directory
    for (const { name, bytes } of listed) if (name.endsWith(SUFFIX)) this.#bytes.set(name, bytes)
  }

  get bytes(): number {
    return [...this.#bytes.values()].reduce((sum, bytes) => sum + bytes, 0)
  }

  /** Keeping the same range again changes nothing. */
  async keep(segmentName: string, range: ByteRange, segmentBytes: Buffer): Promise<void> {
    const name = `${segmentName}.${range.from}-${range.to}${SUFFIX}`
    if (this.#bytes.has(name)) return
    this.#bytes.set(name, range.to - range.from)
    // Damage must be counted and stepped over even where the disk has no room for the copy.
    await replaceFile(this.#files, join(this.#directory, name), segmentBytes.subarray(range.from, range.to)).catch(() => undefined)
  }
}
