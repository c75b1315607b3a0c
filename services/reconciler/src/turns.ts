import type { PlannedScan } from '@rollcall/domain/schedule/planned-work'
import { addSpent, NOTHING_SPENT, type Spent } from '@rollcall/domain/schedule/turns'

/** Whose turn it is on an account's budget, from run to run. Kept in memory: a new process begins anew. */
export interface Turns {
  spent(): Spent
  /** How many pieces of spare work were done. */
  spare(): number
  /** A scan was made: what it cost, and how many requests a minute has. */
  scanned(scan: PlannedScan, requests: number, perMinute: number): void
  readHistory(): void
}

export const createTurns = (): Turns => {
  let spent = NOTHING_SPENT
  let spare = 0
  return {
    spent: () => spent,
    spare: () => spare,
    scanned: (scan, requests, perMinute) => {
      spent = addSpent(spent, scan, requests, perMinute)
      if (scan.tier === 'spare') spare += 1
    },
    readHistory: () => {
      spare += 1
    },
  }
}
