import { setTimeout as sleep } from 'node:timers/promises'

const LOOK_EVERY_MS = 25

/** Waits for the world to be so. @throws when it is not within `msMax`. */
export const until = async (what: string, condition: () => Promise<boolean> | boolean, msMax = 90_000): Promise<void> => {
  const deadline = performance.now() + msMax
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not in time: ${what}`)
    await sleep(LOOK_EVERY_MS)
  }
}
