import type { DueSlots } from '@rollcall/domain/schedule/tally-slots'
import { describe, expect, it } from 'vitest'
import { createSlotRunner } from './slot-runner.ts'

/** A runner whose runs end when the test says so. */
const aRunner = () => {
  const stopping = new AbortController()
  const runs: { readonly slots: readonly DueSlots[]; readonly end: () => void }[] = []
  const runner = createSlotRunner({ run: (slots) => new Promise((end) => runs.push({ slots, end })), gather: async () => {}, signal: stopping.signal })
  const settled = () => new Promise((resolve) => setImmediate(resolve))
  return { runner, runs, settled, stop: () => stopping.abort() }
}

describe('the runner of an account', () => {
  it('takes all groups that are due at one moment into one run', async () => {
    const { runner, runs, settled } = aRunner()
    runner.mark('rpo', 1)
    runner.mark('closing', 1)
    await settled()
    expect(runs.map(({ slots }) => slots)).toEqual([
      [
        { group: 'rpo', first: 1, latest: 1 },
        { group: 'closing', first: 1, latest: 1 },
      ],
    ])
  })

  it('never makes two runs at once: what comes meanwhile is one run, as late as its first slot', async () => {
    const { runner, runs, settled } = aRunner()
    runner.mark('rpo', 1)
    await settled()
    for (const slot of [2, 3, 4]) runner.mark('rpo', slot)
    runner.mark('history', 4)
    await settled()
    expect(runs).toHaveLength(1)
    runs[0]?.end()
    await settled()
    expect(runs[1]?.slots).toEqual([
      { group: 'rpo', first: 2, latest: 4 },
      { group: 'history', first: 4, latest: 4 },
    ])
    runs[1]?.end()
    await runner.idle()
    runner.mark('rpo', 5)
    await settled()
    expect(runs[2]?.slots).toEqual([{ group: 'rpo', first: 5, latest: 5 }])
  })

  it('begins no run once it is to stop, and is idle when the last one has ended', async () => {
    const { runner, runs, settled, stop } = aRunner()
    runner.mark('rpo', 1)
    await settled()
    runner.mark('rpo', 2)
    stop()
    let isIdle = false
    void runner.idle().then(() => (isIdle = true))
    await settled()
    expect(isIdle).toBe(false)
    runs[0]?.end()
    await settled()
    expect({ isIdle, runs: runs.length }).toEqual({ isIdle: true, runs: 1 })
  })
})
