import { join } from 'node:path'
import type { FilePort } from './file-port.ts'
import type { ByteRange } from './scan-segment.ts'
import { replaceFile } from './whole-file.ts'

const SUFFIX = '.quarantine'

/** Bytes of a segment that are no record and may have been one. */
export interface Damage extends ByteRange {
  /** Name of the segment's file. */
  readonly segment: string
  /** Where the copy is; null where there was no room for one. */
  readonly keptAs: string | null
}

/** Damaged bytes, copied aside as evidence: `<segment>.<from>-<to>.quarantine`. They are stepped over in the segment, and never replayed. */
export class Quarantine {
  readonly #files: FilePort
  readonly #directory: string
  readonly #onDamage: (damage: Damage) => void
  readonly #found = new Map<string, { readonly bytes: number; readonly isKept: boolean }>()

  /** `onDamage` hears of each range once; not of those that an earlier process has set aside and told of. */
  constructor(files: FilePort, directory: string, listed: readonly { readonly name: string; readonly bytes: number }[], onDamage: (damage: Damage) => void) {
    this.#files = files
    this.#directory = directory
    this.#onDamage = onDamage
    for (const { name, bytes } of listed) if (name.endsWith(SUFFIX)) this.#found.set(name, { bytes, isKept: true })
  }

  get bytes(): number {
    return [...this.#found.values()].reduce((sum, { bytes }) => sum + bytes, 0)
  }

  /** Whether the copy is on disk. Keeping the same range again changes nothing. */
  async keep(segmentName: string, range: ByteRange, segmentBytes: Buffer): Promise<boolean> {
    const name = `${segmentName}.${range.from}-${range.to}${SUFFIX}`
    const found = this.#found.get(name)
    if (found !== undefined) return found.isKept
    // Damage must be counted, told of and stepped over even where the disk has no room for the copy.
    const isKept = await replaceFile(this.#files, join(this.#directory, name), segmentBytes.subarray(range.from, range.to)).then(
      () => true,
      () => false,
    )
    this.#found.set(name, { bytes: range.to - range.from, isKept })
    this.#onDamage({ segment: segmentName, ...range, keptAs: isKept ? name : null })
    return isKept
  }
}
