import type { Random } from '@rollcall/exotel-simulator/random'

const PAGE_BYTES = 4_096
const ZEROS = Buffer.alloc(PAGE_BYTES)
/** As much as a segment allocates at a time, which is looked at as one. */
const MANY_ZEROS = Buffer.alloc(256 * 1024)

/** A page as the page cache has it, and as the disk has it. Null: nothing but zeros. */
interface Page {
  cached: Buffer | null
  durable: Buffer | null
  isDirty: boolean
}

/** One file's bytes. Most of a new segment is zeros, which cost nothing here. */
export class Inode {
  size = 0
  #durableSize = 0
  readonly #pages = new Map<number, Page>()
  /** Of pages that the disk does not give. */
  readonly #bad = new Set<number>()

  write(bytes: Uint8Array, at: number): void {
    const end = at + bytes.length
    const isAllZero = bytes.length > PAGE_BYTES && bytes.length <= MANY_ZEROS.length && isZero(bytes)
    for (let from = at; from < end; ) {
      const number = Math.floor(from / PAGE_BYTES)
      const within = from - number * PAGE_BYTES
      const to = Math.min(end, (number + 1) * PAGE_BYTES)
      const page = this.#page(number)
      page.isDirty = true
      if (page.cached !== null || !isAllZero) {
        const part = bytes.subarray(from - at, to - at)
        if (page.cached === null && !isZero(part)) page.cached = Buffer.alloc(PAGE_BYTES)
        page.cached?.set(part, within)
      }
      from = to
    }
    this.size = Math.max(this.size, end)
  }

  /** @throws where a page of it has gone bad. */
  read(into: Uint8Array, at: number): number {
    const end = Math.min(this.size, at + into.length)
    for (const bad of this.#bad) if (at < (bad + 1) * PAGE_BYTES && bad * PAGE_BYTES < end) throw Object.assign(new Error('EIO: read'), { code: 'EIO' })
    for (let from = at; from < end; ) {
      const number = Math.floor(from / PAGE_BYTES)
      const to = Math.min(end, (number + 1) * PAGE_BYTES)
      const within = from - number * PAGE_BYTES
      into.set((this.#pages.get(number)?.cached ?? ZEROS).subarray(within, within + to - from), from - at)
      from = to
    }
    return Math.max(0, end - at)
  }

  truncate(bytes: number): void {
    for (const [number, page] of this.#pages) {
      const from = Math.max(0, bytes - number * PAGE_BYTES)
      if (from >= PAGE_BYTES || number * PAGE_BYTES >= this.size) continue
      page.isDirty = true
      if (from === 0) page.cached = null
      else page.cached?.fill(0, from)
    }
    this.size = bytes
  }

  sync(): void {
    for (const page of this.#pages.values()) if (page.isDirty) putDown(page, PAGE_BYTES)
    this.#durableSize = this.size
  }

  /** Some pages got there. None is dirty any more, so that no later sync writes them. */
  syncFails(random: Random): void {
    for (const page of this.#pages.values()) {
      if (!page.isDirty) continue
      if (random.chance(0.3)) putDown(page, PAGE_BYTES)
      page.isDirty = false
    }
    if (random.chance(0.5)) this.#durableSize = this.size
  }

  /** Of what was dirty each page is old, new, or new up to some byte. */
  powerCut(random: Random): void {
    if (random.chance(0.5)) this.#durableSize = this.size
    this.size = this.#durableSize
    for (const [number, page] of this.#pages) {
      if (page.isDirty) {
        const fate = random.unit()
        if (fate < 0.3) putDown(page, PAGE_BYTES)
        else if (fate < 0.6) putDown(page, Math.floor(random.unit() * PAGE_BYTES))
      }
      page.isDirty = false
      const kept = Math.max(0, Math.min(PAGE_BYTES, this.size - number * PAGE_BYTES))
      if (kept === 0) page.durable = null
      else page.durable?.fill(0, kept)
      page.cached = page.durable === null ? null : Buffer.from(page.durable)
    }
  }

  /** One past the last byte that is not zero. */
  writtenEnd(): number {
    const [last, page] = [...this.#pages].filter(([, { cached }]) => cached !== null && !isZero(cached)).toSorted(([a], [b]) => b - a)[0] ?? []
    if (last === undefined || page?.cached == null) return 0
    let end = PAGE_BYTES
    while (page.cached[end - 1] === 0) end -= 1
    return last * PAGE_BYTES + end
  }

  flip(random: Random): void {
    const at = Math.floor(random.unit() * this.writtenEnd())
    const bit = 1 << Math.floor(random.unit() * 8)
    const page = this.#page(Math.floor(at / PAGE_BYTES))
    page.cached ??= Buffer.alloc(PAGE_BYTES)
    page.durable ??= Buffer.alloc(PAGE_BYTES)
    for (const bytes of [page.cached, page.durable]) bytes[at % PAGE_BYTES] = (bytes[at % PAGE_BYTES] ?? 0) ^ bit
  }

  /** One page with something in it is not given any more, whatever is written to it. */
  goesBad(random: Random): void {
    this.#bad.add(Math.floor((random.unit() * this.writtenEnd()) / PAGE_BYTES))
  }

  #page(number: number): Page {
    let page = this.#pages.get(number)
    if (page === undefined) {
      page = { cached: null, durable: null, isDirty: false }
      this.#pages.set(number, page)
    }
    return page
  }
}

const putDown = (page: Page, bytes: number): void => {
  if (bytes === PAGE_BYTES) page.isDirty = false
  if (page.cached === null && page.durable === null) return
  page.durable ??= Buffer.alloc(PAGE_BYTES)
  page.durable.set((page.cached ?? ZEROS).subarray(0, bytes))
}

/** Of at most so many bytes as MANY_ZEROS has. */
const isZero = (bytes: Uint8Array): boolean => (bytes[0] ?? 0) === 0 && MANY_ZEROS.compare(bytes, 0, bytes.length, 0, bytes.length) === 0
