import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { openSegmentLog } from './open-segment-log.ts'
import { readAll } from './testing/read-all.ts'

const PACKAGE = resolve(import.meta.dirname, '..')
const COMPILER = resolve(PACKAGE, '../../node_modules/typescript-7/bin/tsc')
const APPENDER = resolve(PACKAGE, 'dist/testing/append-until-killed.js')
const RUNS = 5

/** Answers what the process had acknowledged when it was killed. */
const appendUntilKilled = async (directory: string, run: number, afterMs: number): Promise<Map<bigint, string>> => {
  const child = spawn(process.execPath, [APPENDER, directory, `${run}`], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  await once(child.stdout, 'data')
  await setTimeout(afterMs)
  child.kill('SIGKILL')
  await once(child, 'close')
  const lines = output.slice(0, output.lastIndexOf('\n')).split('\n')
  return new Map(lines.map((line) => line.split(' ')).map(([seq = '', text = '']) => [BigInt(seq), text]))
}

it('a process killed again and again in the middle of appending has lost nothing it acknowledged, and the next takes over at once', async () => {
  execFileSync(process.execPath, [COMPILER, '-b'], { cwd: PACKAGE })
  const directory = await mkdtemp(join(tmpdir(), 'segment-log-kill-'))
  const acknowledged = new Map<bigint, string>()
  for (let run = 0; run < RUNS; run += 1) {
    for (const [seq, text] of await appendUntilKilled(directory, run, 150 + run * 37)) {
      expect(acknowledged.has(seq), `record ${seq} was acknowledged twice`).toBe(false)
      acknowledged.set(seq, text)
    }
  }
  const log = await openSegmentLog({ directory })
  const found = new Map((await readAll(log)).map(({ seq, payload }) => [seq, Buffer.from(payload).toString().trimEnd()]))
  const lost = [...acknowledged].filter(([seq, text]) => found.get(seq) !== text)
  expect(lost).toEqual([])
  expect(acknowledged.size).toBeGreaterThan(1_000)
  expect(log.stats().quarantinedBytes).toBe(0)
  await log.close()
  await rm(directory, { recursive: true })
})
