import { setTimeout as sleep } from 'node:timers/promises'
import { SECOND } from '@rollcall/domain/time'
import { type Balance, isBalanced } from '../balance/compare-ledger.ts'
import { readBalance } from '../balance/read-balance.ts'
import { renderBalance } from '../balance/render-balance.ts'
import { DEMO_SID } from '../demo/demo-account.ts'
import { EXIT } from '../exit-code.ts'
import type { Display } from '../live/display.ts'
import { type PictureSources, takePicture } from '../live/take-picture.ts'

const PICTURE_EVERY_MS = SECOND
/** How often the books are looked at once all calls are made, and for how long at most. */
const BALANCE_EVERY_MS = 3 * SECOND
export const BALANCE_MS_MAX = 120 * SECOND

export interface Watch {
  readonly sources: PictureSources
  readonly display: Display
  /** Whether the simulator has made all its calls. */
  readonly played: () => boolean
  readonly forSeconds: number | null
  readonly stop: AbortSignal
  readonly failure: AbortSignal
}

/**
 * Shows the stack until told to stop; a bounded run ends by itself, with the balance where Exotel is simulated.
 * @returns the exit code: 0, or 3 when the books do not balance in time. @throws the failure's reason.
 */
export const watchStack = async ({ sources, display, played, forSeconds, stop, failure }: Watch): Promise<number> => {
  const { clock, simulatorUrl, pool } = sources
  const begunAt = clock()
  let playedAt: number | null = null
  let balance: { readonly at: number; readonly of: Balance } | null = null
  const over = AbortSignal.any([stop, failure])
  while (!over.aborted) {
    display.picture(await takePicture(sources))
    const now = clock()
    if (forSeconds !== null && simulatorUrl === null && now - begunAt >= forSeconds * SECOND) return EXIT.done
    if (forSeconds !== null && simulatorUrl !== null && played()) {
      if (playedAt === null) display.line('All calls are made; waiting until each is in Postgres as it was, and every lost one is found')
      playedAt ??= now
      if (balance === null || now - balance.at >= BALANCE_EVERY_MS) balance = { at: now, of: await readBalance(simulatorUrl, pool, DEMO_SID) }
      if (isBalanced(balance.of) || now - playedAt >= BALANCE_MS_MAX) {
        // What the picture says of the last calls was read before the books, in which they are.
        display.picture(await takePicture(sources))
        return tellBalance(balance.of, display)
      }
    }
    await sleep(Math.max(0, PICTURE_EVERY_MS - (clock() - now)), undefined, { signal: over }).catch(() => {})
  }
  failure.throwIfAborted()
  return EXIT.done
}

const tellBalance = (balance: Balance, display: Display): number => {
  display.freeze()
  for (const line of renderBalance(balance)) display.line(line)
  return isBalanced(balance) ? EXIT.done : EXIT.gapsRemain
}
