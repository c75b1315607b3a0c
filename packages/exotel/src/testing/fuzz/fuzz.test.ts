import { describe, expect, it } from 'vitest'
import { cpuMs } from '../cpu-ms.ts'
import { fuzzedDelivery, monsterObservation } from './fuzzed-delivery.ts'
import { faultOf, faultOfExplanation, peekAndRead } from './judge-reading.ts'
import { MONSTERS } from './monsters.ts'

const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31)
const BODIES = Number(process.env.FUZZ_BODIES ?? 20_000)
/** Of processor time. What takes its square takes minutes for a megabyte. */
const MONSTER_MS_MAX = 1_000

const described = (observation: object) => JSON.stringify(observation, (_, value) => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value)).slice(0, 2_000)

describe(`whatever is sent (FUZZ_SEED=${SEED})`, () => {
  it(`is read in our words, quarantined or no call: ${BODIES} bodies`, () => {
    const kinds = new Map<string, number>()
    for (let index = 0; index < BODIES; index += 1) {
      const { observation, tricks } = fuzzedDelivery(SEED, index)
      const reading = peekAndRead(observation)
      const fault = faultOf(reading) ?? faultOfExplanation(observation, reading.result)
      if (fault !== null) expect.fail(`body ${index} of FUZZ_SEED=${SEED}: ${fault}\nmade by ${tricks.join(', ')}\n${described(observation)}`)
      kinds.set(reading.result.kind, (kinds.get(reading.result.kind) ?? 0) + 1)
    }
    // Tricks that spoil everything test nothing beyond the parser.
    if (BODIES >= 1_000) for (const kind of ['facts', 'no-call', 'unreadable']) expect((kinds.get(kind) ?? 0) / BODIES, kind).toBeGreaterThan(0.05)
  })

  it('is the same again for the same seed and number', () => expect(fuzzedDelivery(SEED, 7)).toEqual(fuzzedDelivery(SEED, 7)))
})

describe('a monster', () => {
  it.each([...MONSTERS.keys()])('of %s is read or quarantined in a time that grows with its length', (name) => {
    const observation = monsterObservation(name, 'unrecognised')
    let readings: ReturnType<typeof peekAndRead>[] = []
    const ms = cpuMs(() => {
      readings = [observation, { ...observation, surface: 'call-list' as const }].map(peekAndRead)
    })
    expect(ms).toBeLessThan(MONSTER_MS_MAX)
    expect(readings.map(faultOf)).toEqual([null, null])
    for (const { result } of readings.slice(0, 1)) expect(faultOfExplanation(observation, result)).toBeNull()
  })
})
