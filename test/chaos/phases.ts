/** Where the time of a run goes. Phases of faults that are played at the same time overlap: their sum may be more than the run took. */
export interface Phases {
  /** Does it and adds the time that it took to the phase. */
  time<T>(phase: string, what: () => Promise<T>): Promise<T>
  /** Of each phase that took a tenth of a second or more, the longest first. */
  seconds(): Readonly<Record<string, number>>
}

const TENTH_MS = 100

export const createPhases = (now: () => number = () => performance.now()): Phases => {
  const spent = new Map<string, number>()
  return {
    time: async (phase, what) => {
      const began = now()
      try {
        return await what()
      } finally {
        spent.set(phase, (spent.get(phase) ?? 0) + now() - began)
      }
    },
    seconds: () => Object.fromEntries([...spent].sort(([, a], [, b]) => b - a).flatMap(([phase, ms]) => (ms < TENTH_MS ? [] : [[phase, Math.round(ms / TENTH_MS) / 10]]))),
  }
}
