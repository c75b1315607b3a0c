/**
 * Reads fuzzed deliveries, each in a turn of the event loop of its own as a service would, and reports what became of them and how long it took.
 * The same FUZZ_SEED makes the same bodies; FUZZ_FROM with FUZZ_BODIES=1 makes one of them again. Exit code 1 where a reading is at fault.
 */
import { randomInt } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { fuzzedDelivery } from '@rollcall/exotel/testing/fuzz/fuzzed-delivery'
import { faultOf, faultOfExplanation, peekAndRead } from '@rollcall/exotel/testing/fuzz/judge-reading'
import { createFuzzReport } from './fuzz-report.ts'

const SEED_MAX = 2 ** 31 - 1
const FAULTS_SHOWN_MAX = 10
/** Explaining is for a person's eyes and costs more than reading; it is judged in the suite, and here now and then. */
const EXPLAINED_ONCE_IN = 16

const setting = (name: string, otherwise: number): number => {
  const value = Number(process.env[name] ?? otherwise)
  if (!Number.isSafeInteger(value) || value < 0) throw new TypeError(`${name} is not a whole number: ${process.env[name]}`)
  return value
}

const seed = setting('FUZZ_SEED', randomInt(SEED_MAX))
const from = setting('FUZZ_FROM', 0)
const bodies = setting('FUZZ_BODIES', 1_000_000)
process.stdout.write(`FUZZ_SEED=${seed}, bodies ${from} to ${from + bodies - 1}\n`)

const report = createFuzzReport()
let faults = 0
for (let index = from; index < from + bodies && faults < FAULTS_SHOWN_MAX; index += 1) {
  const { observation, tricks } = fuzzedDelivery(seed, index)
  // Making the body is no part of what is measured.
  await nextTurn()
  report.turnStarts()
  const reading = peekAndRead(observation)
  report.turnEnds(reading.result.kind, tricks, observation.payload.length)
  await nextTurn()
  const fault = faultOf(reading) ?? (index % EXPLAINED_ONCE_IN === 0 ? faultOfExplanation(observation, reading.result) : null)
  if (fault === null) continue
  faults += 1
  process.stderr.write(`body ${index}: ${fault}; made by ${tricks.join(', ')}; again with FUZZ_SEED=${seed} FUZZ_FROM=${index} FUZZ_BODIES=1\n`)
}
process.stdout.write(report.render())
if (faults > 0) process.exitCode = 1
