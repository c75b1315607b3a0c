import { setTimeout as sleep } from 'node:timers/promises'

/** One way to ask a process to end, and how long it may take before the next, ruder way. */
export interface StopStep {
  readonly signal: NodeJS.Signals
  readonly waitMs: number
}

const POLL_MS = 20

/** Goes through the steps until the process is gone. Says whether it is. */
export const stopProcess = async (pid: number, isRunning: () => boolean | Promise<boolean>, steps: readonly StopStep[]): Promise<boolean> => {
  for (const { signal, waitMs } of steps) {
    if (!(await isRunning())) return true
    try {
      process.kill(pid, signal)
    } catch {
      // It ended between the question and the signal.
    }
    for (let waited = 0; waited < waitMs; waited += POLL_MS) {
      if (!(await isRunning())) return true
      await sleep(POLL_MS)
    }
  }
  return !(await isRunning())
}
