import type { WindowStateName } from '@rollcall/contracts/audit-api/measures'
import type { WindowItem } from '@rollcall/contracts/audit-api/window'
import type { Move } from '../parts/roving.ts'

/** What a cell of a day's grid shows of its window. */
export type WindowCell = Pick<WindowItem, 'from' | 'to' | 'state' | 'listed' | 'exact' | 'unlisted' | 'claims'> &
  Partial<Pick<WindowItem, 'webhooksExpected' | 'webhooksMissing' | 'amendments'>>

export const WINDOWS_PER_HOUR = 12

/** One line of a day's grid: an hour of IST with its windows, and their sums. */
export interface Hour {
  readonly hour: number
  readonly windows: readonly WindowCell[]
  readonly listed: number
  readonly notHeld: number
  readonly webhooksMissing: number
}

/** How many of the windows have not begun at `now`, milliseconds since 1970. Pure. */
export const notBegunAt = (windows: readonly WindowCell[], now: number): number => windows.filter(({ from, state }) => state === null && Date.parse(from) > now).length

/** A day's windows by hour, in order. Pure. */
export const hoursOf = (windows: readonly WindowCell[]): Hour[] =>
  Array.from({ length: Math.ceil(windows.length / WINDOWS_PER_HOUR) }, (_, hour) => {
    const within = windows.slice(hour * WINDOWS_PER_HOUR, (hour + 1) * WINDOWS_PER_HOUR)
    return {
      hour,
      windows: within,
      listed: sum(within, ({ listed }) => listed),
      notHeld: sum(within, (window) => (isClosed(window.state) ? window.listed - window.exact : 0)),
      webhooksMissing: sum(within, ({ webhooksMissing }) => webhooksMissing ?? 0),
    }
  })

const sum = (windows: readonly WindowCell[], of: (window: WindowCell) => number) => windows.reduce((total, window) => total + of(window), 0)

export const isClosed = (state: WindowStateName | null): boolean => state === 'final' || state === 'amended'

/** How a window's cell looks: its state, or that a closed one lacks a call. */
export const cellKind = ({ state, listed, exact }: Pick<WindowCell, 'state' | 'listed' | 'exact'>): WindowStateName | 'lacking' | 'absent' => {
  if (state === null) return 'absent'
  return isClosed(state) && exact < listed ? 'lacking' : state
}

/** Where a key leads from one of `count` windows, named by their number; null where that is outside of the day. Pure. */
export const windowAfter =
  (count: number) =>
  (from: string, move: Move): string | null => {
    const at = Number(from)
    const to = target(at, move, count)
    return to >= 0 && to < count ? String(to) : null
  }

const target = (at: number, move: Move, count: number): number => {
  const column = at % WINDOWS_PER_HOUR
  switch (move) {
    case 'left':
      return at - 1
    case 'right':
      return at + 1
    case 'up':
      return at - WINDOWS_PER_HOUR
    case 'down':
      return at + WINDOWS_PER_HOUR
    case 'start':
      return at - column
    case 'end':
      return Math.min(count - 1, at - column + WINDOWS_PER_HOUR - 1)
    case 'page-up':
      return column
    case 'page-down':
      return count - WINDOWS_PER_HOUR + column
    case 'first':
      return 0
    case 'last':
      return count - 1
    default:
      return move satisfies never
  }
}
