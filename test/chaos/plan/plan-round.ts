/**
 * What goes wrong in which round, by the seed alone. The kinds come in turns: each turn goes through all of them in an order of its own,
 * first each alone, in the next turn each beside another, so that a run of two turns has used every fault alone and in a pair.
 */
import { createRandom, type Random } from '@rollcall/exotel-simulator/random'
import { FAULT_KINDS, type FaultKind, type FaultName, isSudden } from './fault-kinds.ts'

/** How busy the system is when the faults come. `backlog`: the projectors stood still just before, while webhooks kept coming. */
export const STATES = ['load', 'backlog', 'idle'] as const
export type State = (typeof STATES)[number]

export interface PlannedFault {
  readonly name: FaultName
  /** After the round's begin. */
  readonly afterMs: number
  readonly forMs: number
  /** In [0, 1): picks the victim, and how bad it is. */
  readonly draw: number
}

export interface Round {
  readonly number: number
  readonly state: State
  readonly faults: readonly PlannedFault[]
}

const FAULT_MS = { min: 600, max: 3_500 }
/** Of what has done its harm as soon as it is made, such as a kill: seldom as long as the others. */
const SUDDEN_MS = { min: 300, max: 1_200 }
const SUDDEN_IS_SHORT = 0.75
const SECOND_AFTER_MS_MAX = 1_500
/** Longer than a lease, so that others have taken over when it wakes. */
const PAUSE_MS = { min: 5_500, max: 7_500 }
const LONG_PAUSE_MS = 60_000

/** A turn's first round, for as many turns as it takes to reach `number`: turns differ in length by the kinds that come rarely. */
export const planRound = (seed: number, number: number): Round => {
  let turn = 0
  let first = 0
  for (let kinds = kindsOf(turn); number >= first + kinds.length; kinds = kindsOf(turn)) {
    first += kinds.length
    turn += 1
  }
  const place = number - first
  const one = shuffled(kindsOf(turn), createRandom(seed, turn))[place]
  if (one === undefined) throw new RangeError(`round ${number} has no fault`)
  const random = createRandom(seed, turn, place)
  const others = FAULT_KINDS.filter(({ group, everyTurns }) => group !== one.group && everyTurns === 1)
  const other = turn % 2 === 0 ? undefined : others[random.integer(0, others.length - 1)]
  return {
    number,
    state: STATES[(place + Math.floor(turn / 2)) % STATES.length] ?? 'load',
    faults: [one, ...(other === undefined ? [] : [other])].map(({ name }, index) => planned(name, index, random)),
  }
}

/** Rounds of these faults and no others, in turn: of one, or of several at the same time. */
export const planOnly = (seed: number, combinations: readonly (readonly FaultName[])[], number: number): Round => {
  const names = combinations[number % combinations.length]
  if (names === undefined) throw new RangeError('there is no fault to plan')
  const random = createRandom(seed, number)
  const turn = Math.floor(number / combinations.length)
  return { number, state: STATES[turn % STATES.length] ?? 'load', faults: names.map((name, index) => planned(name, index, random)) }
}

const kindsOf = (turn: number): readonly FaultKind[] => FAULT_KINDS.filter(({ everyTurns }) => turn % everyTurns === 0 || (turn - 1) % everyTurns === 0)

const planned = (name: FaultName, index: number, random: Random): PlannedFault => ({
  name,
  afterMs: index === 0 ? 0 : random.integer(0, SECOND_AFTER_MS_MAX),
  forMs: durationMs(name, random),
  draw: random.unit(),
})

const durationMs = (name: FaultName, random: Random): number => {
  if (name === 'pause-projector-long') return LONG_PAUSE_MS
  const { min, max } = name === 'pause-projector' ? PAUSE_MS : isSudden(name) && random.unit() < SUDDEN_IS_SHORT ? SUDDEN_MS : FAULT_MS
  return random.integer(min, max)
}

/** Fisher and Yates. */
const shuffled = <T>(items: readonly T[], random: Random): readonly T[] => {
  const all = [...items]
  for (let last = all.length - 1; last > 0; last -= 1) {
    const at = random.integer(0, last)
    ;[all[last], all[at]] = [all[at] as T, all[last] as T]
  }
  return all
}
