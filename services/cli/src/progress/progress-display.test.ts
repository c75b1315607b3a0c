import { describe, expect, it } from 'vitest'
import { createProgressDisplay } from './progress-display.ts'

const NOW = Date.UTC(2026, 0, 31, 4)
const aDisplay = (columns: number | null) => {
  const said = { out: '', err: '' }
  const time = { now: NOW }
  const display = createProgressDisplay({
    screen: columns === null ? null : { size: () => ({ columns, rows: 24 }), colour: false },
    out: (text) => {
      said.out += text
    },
    err: (text) => {
      said.err += text
    },
    clock: () => time.now,
  })
  return { display, said, time }
}
const progress = (share: number, text = '5 of 10 calls', msLeft: number | null = 90_000) => ({ type: 'progress', share, text, msLeft }) as const

describe('progress in a pipe', () => {
  it('is a line now and then on standard error, and one at the end; standard output stays clean', () => {
    const { display, said, time } = aDisplay(null)
    display.show({ type: 'notice', text: 'About 34 requests' })
    for (let second = 0; second < 25; second += 1) {
      time.now = NOW + second * 1_000
      display.show(progress(second / 50, `${second} calls`))
    }
    display.show(progress(1, 'all calls', 0))
    display.close()
    expect(said.out).toBe('')
    expect(said.err.split('\n')).toEqual([
      '2026-01-31T04:00:00Z About 34 requests',
      '2026-01-31T04:00:00Z 0 %: 0 calls; about 1 min 30 s left',
      '2026-01-31T04:00:10Z 20 %: 10 calls; about 1 min 30 s left',
      '2026-01-31T04:00:20Z 40 %: 20 calls; about 1 min 30 s left',
      '2026-01-31T04:00:24Z 100 %: all calls',
      '',
    ])
  })

  it('says nothing twice', () => {
    const { display, said, time } = aDisplay(null)
    for (let minute = 0; minute < 5; minute += 1) {
      time.now = NOW + minute * 60_000
      display.show(progress(0.5, 'waiting', null))
    }
    expect(said.err.trim().split('\n')).toHaveLength(1)
  })
})

describe('progress on a terminal', () => {
  it('is one bar, redrawn in place, with notices above it, and gone at the end', () => {
    const { display, said } = aDisplay(60)
    display.show(progress(0.5))
    display.show({ type: 'notice', text: 'A reconciler runs\u001b[2J' })
    display.close()
    const bar = '[############............] 50 %: 5 of 10 calls; about 1 min 30 s left'.slice(0, 58)
    expect(said.out).toBe(`\r\x1b[K${bar}…\r\x1b[KA reconciler runs\\u{1b}[2J\n${bar}…\r\x1b[K`)
    expect(said.err).toBe('')
  })
})
