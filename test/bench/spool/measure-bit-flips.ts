/** R13: every bit of every record of a spool is flipped, one at a time, as a process that was killed left it and as one that closed it did. */
import { openSegmentLog } from '@rollcall/segment-log/open-segment-log'
import { type MemoryFiles, memoryFiles } from '@rollcall/segment-log/testing/memory-files'
import { readAll } from '@rollcall/segment-log/testing/read-all'
import { callbackBodies } from '../load/callback-body.ts'
import type { Figure } from './figure.ts'

const DIRECTORY = '/spool'
const RECORDS = 2
/** Of the space allocated ahead, kept behind the last record: the rest is zeros too, and would only be copied. */
const ZEROS_KEPT = 4_096
const HEADER_BYTES = 24
const BITS = 8
/** Spools opened at once: an open waits more than it works. */
const AT_ONCE = 256
const LAYOUTS = [
  { what: 'one segment, left by a killed process', segmentBytesMax: 1_000_000, close: false },
  { what: 'one segment, closed', segmentBytesMax: 1_000_000, close: true },
  { what: 'a segment for each record, closed', segmentBytesMax: 1, close: true },
] as const

export const measureBitFlips = async (signal: AbortSignal): Promise<readonly Figure[]> => {
  const figures: Figure[] = []
  for (const { what, segmentBytesMax, close } of LAYOUTS) {
    const spool = await written(segmentBytesMax, close)
    let [flips, detected, replayed, othersLost] = [0, 0, 0, 0]
    for (const path of segmentsOf(spool)) spool.writeFile(path, trimmed(spool.readFile(path)))
    const known = new Set(segmentsOf(spool).flatMap((path) => payloadsOf(spool.readFile(path))))
    for (const path of segmentsOf(spool)) {
      const whole = spool.readFile(path)
      const recordsEnd = close ? whole.length : lastByte(whole)
      for (let first = 0; first < recordsEnd * BITS; first += AT_ONCE) {
        signal.throwIfAborted()
        const bits = Array.from({ length: Math.min(AT_ONCE, recordsEnd * BITS - first) }, (_, index) => first + index)
        for (const found of await Promise.all(bits.map((bit) => openFlipped(spool, known, path, bit)))) {
          flips += 1
          detected += found.told ? 1 : 0
          replayed += found.altered
          othersLost += found.good === RECORDS - 1 ? 0 : 1
        }
      }
    }
    figures.push({
      goal: 'R13',
      what: `single-bit flips told of, of ${flips}: ${what}`,
      measured: `${detected} (${((100 * detected) / flips).toFixed(3)} %)`,
      needed: '100 %',
      met: detected === flips,
    })
    figures.push({
      goal: 'R13',
      what: 'flips that cost another record, or were read as a record',
      measured: `${othersLost}, ${replayed}`,
      needed: '0, 0',
      met: othersLost + replayed === 0,
    })
  }
  return figures
}

const written = async (segmentBytesMax: number, close: boolean): Promise<MemoryFiles> => {
  const files = memoryFiles()
  const log = await openSegmentLog({ directory: DIRECTORY, files, clock: () => Date.UTC(2026, 0, 1), segmentBytesMax })
  const body = callbackBodies('0001')
  for (let record = 0; record < RECORDS; record += 1) await log.append([Buffer.from(body())])
  if (close) await log.close()
  return files
}

const openFlipped = async (spool: MemoryFiles, known: ReadonlySet<string>, path: string, bit: number) => {
  const files = memoryFiles()
  for (const each of spool.paths()) if (!each.endsWith('.lock')) files.writeFile(each, Buffer.from(spool.readFile(each)))
  const bytes = files.readFile(path)
  const at = Math.floor(bit / BITS)
  bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << (bit % BITS)), at)
  let told = false
  const log = await openSegmentLog({
    directory: DIRECTORY,
    files,
    onDamage: () => {
      told = true
    },
  })
  const records = await readAll(log)
  await log.close()
  const altered = records.filter(({ payload }) => !known.has(Buffer.from(payload).toString('latin1'))).length
  return { told, altered, good: records.length - altered }
}

const segmentsOf = (files: MemoryFiles): readonly string[] => files.paths().filter((path) => path.endsWith('.segment'))

const payloadsOf = (segment: Buffer): readonly string[] => {
  const payloads: string[] = []
  for (let at = 0; at + HEADER_BYTES <= segment.length && segment.readUInt32LE(at) > 0; ) {
    const end = at + HEADER_BYTES + segment.readUInt32LE(at)
    payloads.push(segment.toString('latin1', at + HEADER_BYTES, end))
    at = end
  }
  return payloads
}

const trimmed = (segment: Buffer): Buffer => segment.subarray(0, lastByte(segment) + Math.min(ZEROS_KEPT, segment.length - lastByte(segment)))

/** One past the last byte that is not zero: space allocated ahead follows. */
const lastByte = (bytes: Buffer): number => {
  let end = bytes.length
  while (end > 0 && bytes[end - 1] === 0) end -= 1
  return end
}
