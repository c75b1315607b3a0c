import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePorts } from '../../e2e/free-ports.ts'
import { startChild } from '../child.ts'
import type { Contestant, ContestantOptions } from '../ingest/contestant.ts'
import type { FloorRequest } from './floor-request.ts'

const MAIN = fileURLToPath(new URL('./main.js', import.meta.url))
export const FLOOR_TOPIC = 'bench.floor'

export const startFloor = async ({ processes, brokers, directory, signal }: ContestantOptions): Promise<Contestant> => {
  const [port = 0] = await freePorts(1)
  const request: FloorRequest = { port, processes, brokers: [...brokers], topic: FLOOR_TOPIC }
  const { pid, stop } = await startChild({ name: 'the floor', args: [MAIN, JSON.stringify(request)], logFile: join(directory, 'floor.log'), signal })
  return { url: `http://127.0.0.1:${port}/hooks/status-callback`, pid, spooledOnly: async () => null, stop }
}
