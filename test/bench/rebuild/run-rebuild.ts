import { spawn } from 'node:child_process'
import { openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { reapedCpuSeconds, treeUsage } from '../process-usage.ts'
import { serviceArguments } from '../service-arguments.ts'

const SAMPLE_MS = 100
const SHOWN_CHARACTERS = 10_000

const Rebuilt = z.object({ equal: z.boolean(), calls: z.int(), observations: z.int(), seconds: z.number(), liveDigest: z.string(), rebuiltDigest: z.string() })

export type RebuildRun = z.infer<typeof Rebuilt> & {
  readonly peakRssBytes: number
  /** Of the process that rebuilds, its start included. */
  readonly cpuSeconds: number
  /** Of Postgres in the same time, whoever it worked for. */
  readonly postgresCpuSeconds: number
}

export interface RunRebuildOptions {
  readonly env: Readonly<Record<string, string>>
  readonly postgresPid: number
  readonly directory: string
  readonly profileDirectory: string | null
  readonly swap: boolean
  readonly signal: AbortSignal
}

/** `rollcall rebuild`, as the command line runs it. @throws Error with the end of its log where it does not come to a result. */
export const runRebuild = async ({ env, postgresPid, directory, profileDirectory, swap, signal }: RunRebuildOptions): Promise<RebuildRun> => {
  const logFile = join(directory, 'rebuild.log')
  const postgresBefore = reapedCpuSeconds(postgresPid)
  const child = spawn(process.execPath, [...serviceArguments('projector', profileDirectory), 'rebuild', swap ? '--swap' : '--verify', '--json'], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', openSync(logFile, 'a')],
    signal,
  })
  let said = ''
  child.stdout?.on('data', (text) => {
    said += text
  })
  let [peakRssBytes, cpuSeconds] = [0, 0]
  const sampling = setInterval(() => {
    const [own] = treeUsage(child.pid ?? 0)
    peakRssBytes = Math.max(peakRssBytes, own?.peakRssBytes ?? 0)
    cpuSeconds = Math.max(cpuSeconds, own?.cpuSeconds ?? 0)
  }, SAMPLE_MS)
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? 1))
  }).finally(() => clearInterval(sampling))
  const last = said.trim().split('\n').at(-1) ?? ''
  // The folder is gone when the bench ends, and with it the only word on why.
  if (exitCode !== 0) process.stderr.write(`the rebuild ended with ${exitCode}; the end of its log:\n${readFileSync(logFile, 'utf8').slice(-SHOWN_CHARACTERS)}\n`)
  if (!last.startsWith('{')) throw new Error(`the rebuild ended with ${exitCode} and no result`)
  return { ...Rebuilt.parse(JSON.parse(last)), peakRssBytes, cpuSeconds, postgresCpuSeconds: reapedCpuSeconds(postgresPid) - postgresBefore }
}
