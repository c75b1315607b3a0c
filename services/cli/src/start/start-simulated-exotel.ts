import { join } from 'node:path'
import { PLAY, type SimulatorMessage } from '../demo/simulator-message.ts'
import { type Child, superviseChild } from '../supervise/supervise-child.ts'
import { untilReady } from '../supervise/until-ready.ts'
import type { StartOptions } from './start-options.ts'
import type { ChildSurroundings } from './start-services.ts'

export interface SimulatedExotel extends Child {
  readonly url: string
  /** Begins to make calls; until then only the API answers. */
  play(): void
}

/** Starts `rollcall simulator` as a process of its own. When it has to be started again it goes on from its ledger. */
export const startSimulatedExotel = (
  { root, env, logsDirectory, ports, clock, onEvent }: ChildSurroundings,
  options: StartOptions & { readonly directory: string; readonly onMessage: (message: SimulatorMessage) => void },
): SimulatedExotel => {
  const url = `http://127.0.0.1:${ports.SIMULATOR_PORT}`
  const { callsPerSecond, dropRate, seed, forSeconds, directory } = options
  const values: Record<string, string | number> = {
    port: ports.SIMULATOR_PORT,
    'webhook-url': `http://127.0.0.1:${ports.INGEST_PORT}`,
    'calls-per-second': callsPerSecond,
    'drop-rate': dropRate,
    seed,
    directory,
    ...(forSeconds === null ? {} : { calls: Math.max(1, Math.round(callsPerSecond * forSeconds)) }),
  }
  let playing = false
  const child = superviseChild({
    name: 'simulator',
    command: () => ({
      file: process.execPath,
      args: [join(root, 'services/cli/dist/main.js'), 'simulator', ...Object.entries(values).map(([name, value]) => `--${name}=${value}`)],
    }),
    env,
    logFile: join(logsDirectory, 'simulator.log'),
    untilReady: async (signal) => {
      await untilReady(`${url}/sim/stats`, signal)
      if (playing) child.send(PLAY)
    },
    onEvent,
    onMessage: (message) => options.onMessage(message as SimulatorMessage),
    clock,
  })
  return {
    ...child,
    url,
    play: () => {
      playing = true
      child.send(PLAY)
    },
  }
}
