import type { FaultUse } from '../tally/run-record.ts'
import { FAULT_KINDS, type FaultName } from './fault-kinds.ts'
import type { Round } from './plan-round.ts'

export interface FaultTally {
  count(round: Round): void
  /** How often each fault was used: alone, beside another, and while the system was how busy. */
  used(): Record<string, FaultUse>
}

/** Counts the faults of rounds that were played. */
export const createFaultTally = (): FaultTally => {
  const used = new Map<FaultName, FaultUse>()
  return {
    count: ({ faults, state }) => {
      for (const { name } of faults) {
        const one = used.get(name) ?? { alone: 0, paired: 0, idle: 0, load: 0, backlog: 0 }
        one[faults.length === 1 ? 'alone' : 'paired'] += 1
        one[state] += 1
        used.set(name, one)
      }
    },
    used: () => Object.fromEntries(FAULT_KINDS.flatMap(({ name }) => (used.has(name) ? [[name, used.get(name) ?? { alone: 0, paired: 0, idle: 0, load: 0, backlog: 0 }]] : []))),
  }
}
