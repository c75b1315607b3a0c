import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePorts } from '../../e2e/free-ports.ts'
import { startChild } from '../child.ts'
import type { LoadResult } from './load.ts'
import { runLoad } from './run-load.ts'

const PLAIN_SERVER = fileURLToPath(new URL('./plain-server.js', import.meta.url))
const CONNECTIONS = [64, 256] as const
const SECONDS = 2

/** What the load generator can drive at most: if a contestant came near it, the generator would have been measured. */
export const measureLoadCeiling = async (directory: string, signal: AbortSignal): Promise<readonly (LoadResult & { readonly connections: number })[]> => {
  const [port = 0] = await freePorts(1)
  const server = await startChild({ name: 'the plain server', args: [PLAIN_SERVER, String(port)], logFile: join(directory, 'plain.log'), signal })
  try {
    const results = []
    for (const connections of CONNECTIONS)
      results.push({ connections, ...(await runLoad({ url: `http://127.0.0.1:${port}/`, connections, seconds: SECONDS, mark: 'ff' }, signal)) })
    return results
  } finally {
    await server.stop()
  }
}
