import { execFile } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const MAIN = fileURLToPath(new URL('./main.js', import.meta.url))

export interface Download {
  readonly seconds: number
  readonly bytes: number
}

/** Downloads into a file in a process of its own, on this core where one is given, so that whoever measures something else meanwhile is not held up. */
export const runDownload = async (options: {
  readonly url: string
  readonly token: string
  readonly file: string
  readonly core: number | null
  readonly signal: AbortSignal
}): Promise<Download> => {
  const { url, token, file, core, signal } = options
  const command = [process.execPath, MAIN, '--download', url, '--out', file]
  const [program = '', ...args] = core === null ? command : ['taskset', '--cpu-list', String(core), ...command]
  const { stdout } = await promisify(execFile)(program, args, { env: { ...process.env, TOKEN: token }, signal })
  return JSON.parse(stdout) as Download
}

/** What that process does. */
export const download = async (url: string, file: string): Promise<Download> => {
  const began = performance.now()
  const response = await fetch(url, { headers: { authorization: `Bearer ${process.env.TOKEN}` } })
  if (response.status !== 200 || response.body === null) throw new Error(`${response.status}: ${await response.text()}`)
  const out = createWriteStream(file)
  await pipeline(Readable.fromWeb(response.body as never), out)
  return { seconds: (performance.now() - began) / 1_000, bytes: out.bytesWritten }
}
