import { describeEventLog } from '@rollcall/event-log/testing/event-log.contract'
import { createRandom } from '@rollcall/exotel-simulator/random'
import { createSimulatedLog } from './simulated-log.ts'

const surroundings = { after: (delayMs: number, work: () => void) => void setTimeout(work, delayMs), caller: () => (answer: () => void) => answer() }
const simulated = createSimulatedLog(surroundings, createRandom(1))
describeEventLog('a simulation, in fair weather', async () => {
  const log = simulated.connect()
  return { log, close: () => log.close() }
})
