import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type LoadRequest, LoadResult } from './load.ts'

const MAIN = fileURLToPath(new URL('./main.js', import.meta.url))

/** Sends load from a process of its own, so that neither side waits for the other's garbage collector. */
export const runLoad = async (request: LoadRequest, signal: AbortSignal): Promise<LoadResult> => {
  const { stdout } = await promisify(execFile)(process.execPath, [MAIN, JSON.stringify(request)], { signal })
  return LoadResult.parse(JSON.parse(stdout))
}
