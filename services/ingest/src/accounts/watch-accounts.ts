import { setInterval as every } from 'node:timers/promises'
import { type Account, readAccounts } from '@rollcall/service/read-accounts'
import type { Logger } from '@rollcall/telemetry/create-logger'
import { compareAccounts } from './compare-accounts.ts'
import { fileStamp } from './file-stamp.ts'

/*
 * Accounts and their webhook secrets, read again while running:
 *
 *   in force ──a look finds other files──► candidate ──the next look finds those files untouched──► in force
 *       ▲          or SIGHUP                   │ touched: read anew        (SIGHUP does not wait for the next look)
 *       └── unusable: what was in force stays, and every look tries again ──┘
 *
 * A file may be in the middle of being written when it is read, and half a secret can look like a whole one: hence the second look.
 */

export const LOOK_EVERY_MS = 2_000

export interface AccountsWatch {
  /** When the accounts in force were last found to be what the files say. */
  readAt(): number
  /** Why the files as they are now cannot be used; null while they can. */
  problem(): string | null
  /** One look, as `run` has it every LOOK_EVERY_MS. */
  look(): Promise<void>
  /** Reads the files now: an operator says that they are whole. */
  reread(): Promise<void>
  run(signal: AbortSignal): Promise<void>
}

export interface WatchAccountsOptions {
  readonly file: string
  /** As read at the start. */
  readonly accounts: readonly Account[]
  readonly onChange: (accounts: readonly Account[]) => void
  readonly clock: () => number
  readonly logger: Logger
}

interface Reading {
  readonly accounts: readonly Account[]
  /** Of the files, before they were read. */
  readonly stamp: string
}

export const watchAccounts = ({ file, accounts, onChange, clock, logger }: WatchAccountsOptions): AccountsWatch => {
  /** Its stamp is not known for what was read at the start: the first look finds it. */
  let inForce: Reading = { accounts, stamp: '' }
  let candidate: Reading | null = null
  let readAt = clock()
  let problem: string | null = null
  let working: Promise<void> = Promise.resolve()

  const read = async (): Promise<Reading | null> => {
    try {
      const stamp = await fileStamp(file, await readAccounts(file))
      const reading = { accounts: await readAccounts(file), stamp }
      problem = null
      return reading
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error)
      if (said !== problem) logger.error({ event: 'accounts.unusable', err: error }, 'the accounts file cannot be used; what was in force stays in force')
      problem = said
      return null
    }
  }

  const isUntouched = async (reading: Reading): Promise<boolean> => (await fileStamp(file, reading.accounts)) === reading.stamp

  const adopt = (reading: Reading): void => {
    const changes = compareAccounts(inForce.accounts, reading.accounts)
    inForce = reading
    candidate = null
    readAt = clock()
    if (changes === null) return
    onChange(reading.accounts)
    logger.info({ event: 'accounts.changed', ...changes }, 'the accounts file has changed and is in force')
  }

  const look = async (): Promise<void> => {
    if (candidate === null && problem === null && (await isUntouched(inForce))) return
    if (candidate !== null && (await isUntouched(candidate))) return adopt(candidate)
    candidate = await read()
  }

  const reread = async (): Promise<void> => {
    candidate = await read()
    if (candidate !== null && (await isUntouched(candidate))) adopt(candidate)
  }

  /** One after the other, whoever asks. */
  const inTurn = (work: () => Promise<void>) => (): Promise<void> => {
    working = working.then(work)
    return working
  }
  const lookInTurn = inTurn(look)
  return {
    readAt: () => readAt,
    problem: () => problem,
    look: lookInTurn,
    reread: inTurn(reread),
    run: async (signal) => {
      try {
        for await (const _ of every(LOOK_EVERY_MS, undefined, { signal })) await lookInTurn()
      } catch (error) {
        if (!signal.aborted) throw error
      }
    },
  }
}
