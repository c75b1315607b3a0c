import type { FaultTroubles, FaultUse } from '../tally/run-record.ts'
import { FAULT_KINDS, type FaultName } from './fault-kinds.ts'
import type { State } from './plan-round.ts'

/** What became of a planned fault. */
export interface PlayedFault {
  readonly name: FaultName
  /** Why it did not come about; null: it was made. */
  readonly notMade: string | null
  /** Why its end did not go as it should; null: it did. */
  readonly notHealed: string | null
}

export interface FaultTally {
  /** Of one round. */
  count(state: State, played: readonly PlayedFault[]): void
  /** How often each fault was made: alone, beside another, and while the system was how busy. */
  used(): Record<string, FaultUse>
  notMade(): FaultTroubles
  notHealed(): FaultTroubles
}

/** Counts what was made, and apart from it what was not. One whose companion did not come about was alone. */
export const createFaultTally = (): FaultTally => {
  const used = new Map<FaultName, FaultUse>()
  const notMade: FaultTroubles = {}
  const notHealed: FaultTroubles = {}
  return {
    count: (state, played) => {
      const made = played.filter((one) => one.notMade === null)
      for (const { name } of made) {
        const one = used.get(name) ?? { alone: 0, paired: 0, idle: 0, load: 0, backlog: 0 }
        one[made.length === 1 ? 'alone' : 'paired'] += 1
        one[state] += 1
        used.set(name, one)
      }
      for (const one of played) {
        if (one.notMade !== null) add(notMade, one.name, one.notMade)
        if (one.notHealed !== null) add(notHealed, one.name, one.notHealed)
      }
    },
    used: () =>
      Object.fromEntries(
        FAULT_KINDS.flatMap(({ name }) => {
          const use = used.get(name)
          return use === undefined ? [] : [[name, use]]
        }),
      ),
    notMade: () => notMade,
    notHealed: () => notHealed,
  }
}

const add = (troubles: FaultTroubles, name: FaultName, why: string): void => {
  const all = troubles[name] ?? {}
  troubles[name] = { ...all, [why]: (all[why] ?? 0) + 1 }
}
