import type { PlannedScan } from '@rollcall/domain/schedule/planned-work'
import { LOOKUPS_PER_SCAN_REQUEST } from '@rollcall/domain/schedule/timing'
import { addSpent, NOTHING_SPENT, type Spent } from '@rollcall/domain/schedule/turns'

/** Whose turn it is on an account's budget, from run to run. Kept in memory: a new process begins anew. */
export interface Turns {
  spent(): Spent
  /** How many pieces of spare work were done. */
  spare(): number
  /** A scan was made: what it cost, and how many requests a minute has. */
  scanned(scan: PlannedScan, requests: number, perMinute: number): void
  readHistory(): void
  /** Whether lookups may go between scans that have a deadline: they have their part of what such scans took, over time. */
  mayLookUp(): boolean
  /** So many requests went to lookups while such scans waited. */
  lookedUp(requests: number): void
}

/** What lookups may have at once, once they had nothing to ask for a while. */
const LOOKUPS_CREDIT_MAX = 6

export const createTurns = (): Turns => {
  let spent = NOTHING_SPENT
  let spare = 0
  let lookups = 0
  return {
    spent: () => spent,
    spare: () => spare,
    scanned: (scan, requests, perMinute) => {
      spent = addSpent(spent, scan, requests, perMinute)
      if (scan.tier === 'spare') spare += 1
      lookups = Math.min(LOOKUPS_CREDIT_MAX, lookups + requests * LOOKUPS_PER_SCAN_REQUEST)
    },
    readHistory: () => {
      spare += 1
    },
    mayLookUp: () => lookups > 0,
    lookedUp: (requests) => {
      lookups -= requests
    },
  }
}
