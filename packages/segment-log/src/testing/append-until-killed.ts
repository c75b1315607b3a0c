/**
 * A process that appends records to the directory named on its command line, 16 callers at once, and prints the seq and the text of
 * each as soon as it is acknowledged. It goes on until someone kills it.
 */
import { writeSync } from 'node:fs'
import { openSegmentLog } from '../open-segment-log.ts'

const CALLERS = 16
const RECORD_BYTES = 700
const SEGMENT_BYTES_MAX = 200_000
const STANDARD_OUTPUT = 1

const [, , directory = '', run = ''] = process.argv
const log = await openSegmentLog({ directory, segmentBytesMax: SEGMENT_BYTES_MAX })

const append = async (caller: number): Promise<never> => {
  for (let index = 0; ; index += 1) {
    const text = `${run}/${caller}/${index}`
    const seq = await log.append([Buffer.from(text.padEnd(RECORD_BYTES))])
    writeSync(STANDARD_OUTPUT, `${seq} ${text}\n`)
  }
}
await Promise.all(Array.from({ length: CALLERS }, (_, caller) => append(caller)))
