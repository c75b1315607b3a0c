import type { Tell } from '@rollcall/service/one-shot-teller'

/** What a one-shot command that takes its time needs beside the account's own. */
export interface OneShotSurroundings {
  /** Of the lease. */
  readonly owner: string
  readonly tell: Tell
  /** Rejects when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
}
