/** Simulates seeds in a thread of its own: whatever Node's clocks and timers are replaced by is replaced here alone. */
import { parentPort, workerData } from 'node:worker_threads'
import { simulateRun } from './simulate-run.ts'

/** Half-open. */
export interface SeedRange {
  readonly from: number
  readonly to: number
}

export interface WorkerData {
  /** Whether errors have stacks: one run has hundreds that are expected, and each stack costs more than what it stands for. */
  readonly hasStacks: boolean
}

if (!(workerData as WorkerData).hasStacks) Error.stackTraceLimit = 0
const port = parentPort
if (port === null) throw new Error('this file is a worker; run main.js')
port.on('message', async ({ from, to }: SeedRange) => {
  const reports = []
  for (let seed = from; seed < to; seed += 1) reports.push(await simulateRun(seed))
  port.postMessage(reports)
})
