import type { Clock } from '@rollcall/domain/time'
import { clockTime } from '../terminal/clock-time.ts'
import type { Display } from './display.ts'
import type { LivePicture } from './live-picture.ts'
import { tellChanges, tellSummary } from './tell-changes.ts'

const SUMMARY_MS = 10_000

/** For a pipe, a file or a log collector: a line with its time for each thing worth telling, and a summary every ten seconds and at the end. */
export const plainDisplay = (clock: Clock, out: (text: string) => void): Display => {
  let last: LivePicture | null = null
  let summarisedAt: number | null = null
  const line = (text: string): void => out(`${clockTime(clock())} ${text.replaceAll('\n', '\n    ')}\n`)
  return {
    line,
    picture: (picture) => {
      if (last !== null) for (const change of tellChanges(last, picture)) line(change)
      last = picture
      summarisedAt ??= picture.now
      if (picture.now - summarisedAt < SUMMARY_MS) return
      summarisedAt = picture.now
      line(tellSummary(picture))
    },
    freeze: () => {},
    close: () => {
      if (last !== null) line(`In all: ${tellSummary(last)}`)
    },
  }
}
