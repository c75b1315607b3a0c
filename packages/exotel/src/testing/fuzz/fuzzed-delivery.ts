import { type Observation, Surface } from '@rollcall/contracts/observation'
import { GOLDEN_CASES } from '../../surface/testing/golden-cases.ts'
import { goldenObservation } from '../../surface/testing/golden-observation.ts'
import { anObservation } from '../an-observation.ts'
import { BYTE_TRICKS } from './byte-tricks.ts'
import { type Chance, createChance } from './chance.ts'
import { MONSTERS, type Monster } from './monsters.ts'
import { TREE_TRICKS, type Tree } from './tree-tricks.ts'

export interface FuzzedDelivery {
  readonly observation: Observation
  /** What was done to make it: `golden` when nothing was. */
  readonly tricks: readonly string[]
}

const NOISE_ONCE_IN = 20
const MONSTER_ONCE_IN = 1_000
const TRICKS_MAX = 4
const NOISE_BYTES_MAX = 2_048

const TYPES = [
  null,
  '',
  'text/plain',
  'application/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'multipart/form-data; boundary=""',
  'multipart/form-data; boundary=B',
]
const METHODS = ['POST', 'GET', 'HEAD', null] as const

/** The delivery of this number under this seed: a case of the specification with tricks played on it, noise, or a monster. */
export const fuzzedDelivery = (seed: number, index: number): FuzzedDelivery => {
  const chance = createChance(seed, index)
  if (chance.once(MONSTER_ONCE_IN)) return monstrous(chance)
  if (chance.once(NOISE_ONCE_IN)) return noisy(chance)
  const golden = chance.pick(GOLDEN_CASES)
  const tricks: string[] = []
  const sent = structuredClone(golden.sent) as Tree
  for (let left = chance.below(TRICKS_MAX + 1); left > 0; left -= 1) {
    const trick = chance.pick(TREE_NAMES)
    TREE_TRICKS[trick]?.(sent, chance, chance.pick(GOLDEN_CASES).sent)
    tricks.push(trick)
  }
  const whole = goldenObservation({ ...golden, sent, surface: chance.once(4) ? chance.pick(Surface.options) : golden.surface }, chance.pick(golden.encodings))
  const bytes = Buffer.from(whole.query === null ? whole.payload : whole.query)
  let mangled: Buffer = bytes
  for (let left = chance.once(2) ? 0 : 1 + chance.below(TRICKS_MAX); left > 0; left -= 1) {
    const trick = chance.pick(BYTE_NAMES)
    mangled = BYTE_TRICKS[trick]?.(mangled, chance) ?? mangled
    tricks.push(trick)
  }
  const contentType = chance.once(8) ? chance.pick(TYPES) : whole.contentType
  const method = chance.once(16) ? chance.pick(METHODS) : whole.method
  const observation = whole.query === null ? { ...whole, contentType, method, payload: new Uint8Array(mangled) } : { ...whole, method, query: mangled.toString('latin1') }
  return { observation, tricks: tricks.length === 0 ? ['golden'] : tricks }
}

const TREE_NAMES = Object.keys(TREE_TRICKS)
const BYTE_NAMES = Object.keys(BYTE_TRICKS)
const MONSTER_NAMES = [...MONSTERS.keys()]

const noisy = (chance: Chance): FuzzedDelivery => {
  const letters = chance.once(2) ? 256 : 128
  const payload = Uint8Array.from({ length: chance.below(NOISE_BYTES_MAX) }, () => chance.below(letters))
  const first = chance.pick(['', '{', '{"', '[', '--B\r\n', '<', 'CallSid=', '{"CallSid":"x",'])
  const bytes = Buffer.concat([Buffer.from(first), payload])
  return { observation: anObservation({ surface: chance.pick(Surface.options), contentType: chance.pick(TYPES), payload: bytes }), tricks: ['raw noise'] }
}

const monstrous = (chance: Chance): FuzzedDelivery => {
  const name = chance.pick(MONSTER_NAMES)
  return { observation: monsterObservation(name, chance.pick(Surface.options)), tricks: [`monster: ${name}`] }
}

const built = new Map<string, Monster>()

/** A monster on a surface. Kept once built: there are a hundred megabytes of them. */
export const monsterObservation = (name: string, surface: Surface): Observation => {
  const monster = built.get(name) ?? MONSTERS.get(name)?.()
  if (monster === undefined) throw new RangeError(`there is no monster of ${name}`)
  built.set(name, monster)
  return anObservation({ surface, ...monster })
}
