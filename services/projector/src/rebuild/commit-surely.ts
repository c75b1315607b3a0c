import { setTimeout as sleep } from 'node:timers/promises'
import type { Connection, Pool } from '@rollcall/store/pool'
import { inTransactionOn } from '@rollcall/store/transaction'
import { currentTransactionId, readTransactionStatus } from '@rollcall/store/transaction-status'
import { SwapUnknownError } from './swap-unknown-error.ts'

/** A server that starts again after a crash is back before. */
const ASKED_MAX = 60
const PAUSE_MS = 1_000

/**
 * Runs `work` in one transaction on `tx`. Where its COMMIT is sent and not answered, it asks over `others` what became of it: done is done, whoever heard of it.
 * @param others another pool of the same server
 * @throws what `work` or the COMMIT failed with where nothing was done; SwapUnknownError where it may have been.
 */
export const commitSurely = async (tx: Connection, others: Pool, work: () => Promise<void>, pause: (ms: number) => Promise<unknown> = sleep): Promise<void> => {
  let committing: string | null = null
  try {
    await inTransactionOn(tx, async () => {
      await work()
      committing = await currentTransactionId(tx)
    })
  } catch (error) {
    // An ERROR is the server's own word that it undid it all; when a session is ended it may have been done already.
    if (committing === null || (error as { severity?: unknown }).severity === 'ERROR') throw error
    const status = await statusOf(others, committing, pause)
    if (status === 'aborted') throw error
    if (status !== 'committed') throw new SwapUnknownError(committing, { cause: error })
  }
}

/** Null where the server does not say. */
const statusOf = async (db: Pool, id: string, pause: (ms: number) => Promise<unknown>): Promise<'committed' | 'aborted' | null> => {
  for (let asked = 0; asked < ASKED_MAX; asked += 1) {
    const status = await readTransactionStatus(db, id).catch(() => null)
    if (status === 'committed' || status === 'aborted') return status
    await pause(PAUSE_MS)
  }
  return null
}
