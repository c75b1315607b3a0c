/**
 * A picture redrawn in place below the lines told so far. One write a frame, each line overwritten and its rest cleared, so nothing
 * flickers; told lines scroll up into the terminal's history above it.
 */
import type { Screen } from '../cli-context.ts'
import type { Display } from './display.ts'
import type { LivePicture } from './live-picture.ts'
import { renderLiveView } from './render-live-view.ts'

const CLEAR_REST_OF_LINE = '\x1b[K'
const CLEAR_BELOW = '\x1b[J'
const HIDE_CURSOR = '\x1b[?25l'
const SHOW_CURSOR = '\x1b[?25h'
const up = (rows: number): string => (rows === 0 ? '' : `\x1b[${rows}A`)

export const screenDisplay = (screen: Screen, out: (text: string) => void): Display => {
  let drawn = 0
  let last: LivePicture | null = null
  let width = screen.size().columns

  const frame = (picture: LivePicture): string => {
    const { columns, rows } = screen.size()
    // One row stays free: writing the last line's newline must not scroll the first one away.
    const lines = renderLiveView(picture, { columns, colour: screen.colour }).slice(0, Math.max(1, rows - 1))
    // A terminal made narrower has wrapped what was drawn, so nobody knows where it begins: begin below it.
    const rise = columns < width ? '' : up(drawn)
    width = columns
    drawn = lines.length
    return `${rise}\r${lines.map((line) => `${line}${CLEAR_REST_OF_LINE}\n`).join('')}${CLEAR_BELOW}`
  }

  const freeze = (): void => {
    if (last !== null) out(SHOW_CURSOR)
    last = null
    drawn = 0
  }

  return {
    line: (text) => {
      const above = `${up(drawn)}\r${CLEAR_BELOW}${text}\n`
      drawn = 0
      out(above + (last === null ? '' : frame(last)))
    },
    picture: (picture) => {
      const first = last === null
      last = picture
      out((first ? HIDE_CURSOR : '') + frame(picture))
    },
    freeze,
    close: freeze,
  }
}
