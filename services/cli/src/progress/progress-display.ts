import type { OneShotMessage } from '@rollcall/contracts/one-shot-message'
import type { Clock, Instant } from '@rollcall/domain/time'
import type { CliContext } from '../cli-context.ts'
import { clockTime } from '../terminal/clock-time.ts'
import { durationText } from '../terminal/duration-text.ts'
import { fitLine } from '../terminal/fit-line.ts'
import { safeText } from '../terminal/safe-text.ts'

/** Shows how a command comes on: a bar redrawn in place on a terminal; in a pipe, lines on standard error, so that what is printed stays what it is. */
export interface ProgressDisplay {
  show(message: OneShotMessage): void
  /** Takes the bar away; what is printed next stands in its place. */
  close(): void
}

/** In a pipe, so often at the most, and at the end. */
const PLAIN_EVERY_MS = 10_000
const BAR_COLUMNS = 24
const CLEAR_LINE = '\r\x1b[K'

export const createProgressDisplay = ({ screen, out, err, clock }: Pick<CliContext, 'screen' | 'out' | 'err'> & { readonly clock: Clock }): ProgressDisplay => {
  let bar: string | null = null
  let toldAt: Instant = Number.NEGATIVE_INFINITY
  let told: string | null = null
  const plain = (text: string): void => err(`${clockTime(clock())} ${text}\n`)
  return {
    show: (message) => {
      if (message.type === 'notice') {
        const text = safeText(message.text)
        if (screen === null) plain(text)
        else out(`${CLEAR_LINE}${text}\n${bar ?? ''}`)
        return
      }
      const text = progressText(message)
      if (screen !== null) {
        bar = fitLine(`${barText(message.share)} ${text}`, screen.size().columns - 1)
        out(`${CLEAR_LINE}${bar}`)
        return
      }
      if (text === told || (clock() - toldAt < PLAIN_EVERY_MS && message.share < 1)) return
      toldAt = clock()
      told = text
      plain(text)
    },
    close: () => {
      if (screen !== null && bar !== null) out(CLEAR_LINE)
      bar = null
    },
  }
}

const progressText = ({ share, text, msLeft }: Extract<OneShotMessage, { type: 'progress' }>): string =>
  `${Math.floor(share * 100)} %: ${safeText(text)}${msLeft === null || msLeft === 0 ? '' : `; about ${durationText(msLeft)} left`}`

const barText = (share: number): string => {
  const filled = Math.floor(share * BAR_COLUMNS)
  return `[${'#'.repeat(filled)}${'.'.repeat(BAR_COLUMNS - filled)}]`
}
