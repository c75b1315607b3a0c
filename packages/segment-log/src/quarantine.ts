import { join } from 'node:path'
import type { FilePort } from './file-port.ts'
import type { ReadAround } from './read-around.ts'
import type { ByteRange } from './scan-segment.ts'
import type { Segment } from './segment.ts'
import { replaceFile } from './whole-file.ts'

const SUFFIX = '.quarantine'

/** Bytes of a segment that are no record and may have been one. */
export interface Damage extends ByteRange {
  /** Name of the segment's file. */
  readonly segment: string
  /** `damaged`: the disk gives other bytes than were written. `unreadable`: it does not give some of them. `missing`: the file is gone. */
  readonly kind: 'damaged' | 'unreadable' | 'missing'
  /** Where the copy is, with zeros for what could not be read; null where there was no room for one, or nothing to copy. */
  readonly keptAs: string | null
  /** Of a segment that is lost as a whole: its records are those below this number, from the one in its name on. */
  readonly seqBelow?: number
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
  async keep(segmentName: string, range: ByteRange, { bytes, unreadable }: ReadAround): Promise<boolean> {
    const name = `${segmentName}.${range.from}-${range.to}${SUFFIX}`
    const found = this.#found.get(name)
    if (found !== undefined) return found.isKept
    // Damage must be counted, told of and stepped over even where the disk has no room for the copy.
    const isKept = await replaceFile(this.#files, join(this.#directory, name), bytes.subarray(range.from, range.to)).then(
      () => true,
      () => false,
    )
    this.#found.set(name, { bytes: range.to - range.from, isKept })
    const kind = unreadable.some(({ from, to }) => from < range.to && range.from < to) ? 'unreadable' : 'damaged'
    this.#onDamage({ segment: segmentName, kind, ...range, keptAs: isKept ? name : null })
    return isKept
  }

  /** A segment of which nothing can be read. */
  lose({ name, bytes }: Segment, kind: Damage['kind'], seqBelow: number): void {
    const found = `${name}.0-${bytes}${SUFFIX}`
    if (this.#found.has(found)) return
    this.#found.set(found, { bytes, isKept: false })
    this.#onDamage({ segment: name, kind, from: 0, to: bytes, keptAs: null, seqBelow })
  }
}
