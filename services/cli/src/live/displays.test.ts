import { describe, expect, it } from 'vitest'
import type { LivePicture } from './live-picture.ts'
import { plainDisplay } from './plain-display.ts'
import { screenDisplay } from './screen-display.ts'

const picture = (now: number): LivePicture => ({
  now,
  startedAt: 0,
  eventLog: 'log',
  database: 'database',
  unsafeTopics: false,
  services: [],
  simulator: null,
  log: { records: now, projected: now },
  accounts: [],
  places: { audit: '', webhooks: '', metrics: [], simulator: null, logs: '' },
})

/** Cursor up, erase or hide, letters, newline; ESC by its name, since a regular expression should not hold control characters. */
const ESC = '\u001b'
const PIECES = new RegExp(`${ESC}\\[(\\d+)A|(${ESC}\\[(?:[KJ]|\\?25[lh]))|([^${ESC}\\n\\r]+)|(\\n)`, 'g')

/** As much of a terminal as the display uses: what stands on it, line by line. */
const terminal = () => {
  const lines: string[] = []
  let row = 0
  return {
    lines,
    write: (text: string) => {
      for (const [, rise, erase, letters, newline] of text.matchAll(PIECES)) {
        if (rise !== undefined) row -= Number(rise)
        else if (erase === '\x1b[J') lines.length = row
        else if (letters !== undefined) lines[row] = letters
        else if (newline !== undefined) row += 1
      }
    },
  }
}

describe('on a terminal', () => {
  const size = { columns: 80, rows: 24 }
  const { lines, write } = terminal()
  const display = screenDisplay({ size: () => size, colour: false }, write)

  it('the picture is redrawn in its place, below what was told', () => {
    display.line('Ready')
    display.picture(picture(1_000))
    display.picture(picture(2_000))
    display.line('projector ended')
    display.picture(picture(3_000))
    expect(lines.filter((line) => /Ready|projector|Observations|running/.test(line))).toEqual([
      'Ready',
      'projector ended',
      'Rollcall has been running for 3 s',
      'Observations 3000 received, 3000 projected, 0 behind',
    ])
  })

  it('what is told after the end comes below the last picture', () => {
    display.freeze()
    display.line('Stopped')
    expect(lines.at(-1)).toBe('Stopped')
    expect(lines.at(-2)).toContain('Ctrl-C')
    display.picture(picture(4_000))
  })

  it('no more rows are drawn than there are', () => {
    size.rows = 5
    const before = lines.length
    display.picture(picture(4_000))
    expect(lines.length).toBeLessThan(before)
  })

  it('the cursor comes back', () => {
    let written = ''
    const other = screenDisplay({ size: () => size, colour: false }, (text) => {
      written += text
    })
    other.picture(picture(1_000))
    other.close()
    expect(written.startsWith('\x1b[?25l')).toBe(true)
    expect(written.endsWith('\x1b[?25h')).toBe(true)
  })
})

describe('in a pipe', () => {
  it('every line has its time, the whole is told every ten seconds and at the end', () => {
    let now = 0
    const told: string[] = []
    const display = plainDisplay(
      () => now,
      (text) => told.push(text),
    )
    display.line('projector ended\nlast words')
    for (now = 1_000; now <= 22_000; now += 1_000) display.picture(picture(now))
    display.close()
    expect(told).toEqual([
      '1970-01-01T00:00:00Z projector ended\n    last words\n',
      '1970-01-01T00:00:11Z running for 11 s; 11000 received, 11000 projected, 0 behind\n',
      '1970-01-01T00:00:21Z running for 21 s; 21000 received, 21000 projected, 0 behind\n',
      '1970-01-01T00:00:23Z In all: running for 22 s; 22000 received, 22000 projected, 0 behind\n',
    ])
  })
})
