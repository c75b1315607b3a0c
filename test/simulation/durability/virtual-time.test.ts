import { describe, expect, it } from 'vitest'
import { createVirtualTime } from './virtual-time.ts'

/** More than Node is asked for turns at a time, and no multiple of it. */
const EVENTS = 333

/** What is still to be done when it is asked for is done after so many further steps. */
const stepsLater = async (steps: number, work: () => void): Promise<void> => {
  for (let left = steps; left > 0; left -= 1) await null
  work()
}

describe('virtual time', () => {
  it('does all that an event sets off before the next one happens, however many there are', async () => {
    const time = createVirtualTime(0)
    const done: string[] = []
    for (let nth = 0; nth < EVENTS; nth += 1) {
      time.after(EVENTS - nth, null, () => {
        done.push(`event at ${time.now()}`)
        void stepsLater(20, () => done.push(`what came of it at ${time.now()}`))
      })
    }
    await time.run(() => false)
    expect(done).toEqual(Array.from({ length: EVENTS }, (_, nth) => [`event at ${nth + 1}`, `what came of it at ${nth + 1}`]).flat())
    expect(time.events()).toBe(EVENTS)
  })

  it('ends after the event of which it is said that it is the last', async () => {
    const time = createVirtualTime(0)
    let isOver = false
    for (const at of [1, 2, 3]) time.after(at, null, () => void stepsLater(3, () => (isOver = at === 2)))
    await time.run(() => isOver)
    expect(time.now()).toBe(2)
  })

  it('keeps for a life that is paused what happens to it, drops what would happen to a dead one, and knows whose event is under way', async () => {
    const time = createVirtualTime(0)
    const [paused, killed] = [time.beginLife('paused'), time.beginLife('killed')]
    const done: string[] = []
    const note = (what: string) => () => void stepsLater(2, () => done.push(`${what} at ${time.now()} by ${time.current()?.name}`))
    time.after(1, paused, note('first'))
    time.after(1, killed, note('never'))
    time.after(2, paused, note('second'))
    time.after(5, null, () => paused.goOn())
    paused.pause()
    killed.kill()
    await time.run(() => false)
    expect(done).toEqual(['first at 5 by paused', 'second at 5 by paused'])
  })

  it('ends with what an event throws', async () => {
    const time = createVirtualTime(0)
    time.after(1, null, () => {
      throw new Error('thrown by an event')
    })
    time.after(2, null, () => expect.unreachable())
    await expect(time.run(() => false)).rejects.toThrow('thrown by an event')
    expect(time.now()).toBe(1)
  })

  it('has one history for the same times in the same order, and another one otherwise', async () => {
    const historyOf = async (...at: readonly number[]): Promise<number> => {
      const time = createVirtualTime(0)
      for (const each of at) time.after(each, null, () => {})
      await time.run(() => false)
      return time.history()
    }
    expect(await historyOf(2, 1.5)).toBe(await historyOf(1.5, 2))
    const histories = await Promise.all([historyOf(1.5, 2), historyOf(1.5), historyOf(1.5, 2, 2), historyOf(1.5, 2.0000001), historyOf(3, 2)])
    expect(new Set(histories).size).toBe(histories.length)
  })
})
