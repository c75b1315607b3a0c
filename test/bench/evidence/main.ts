/**
 * What evidence of a day costs: `pnpm bench:evidence --calls 1000000`. Makes a day of certified calls on disk, then exports it in each format and
 * verifies the pack, each in a process of its own whose greatest resident memory is told. Prints Markdown.
 */
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { runVerifier } from '@rollcall/evidence/verify-pack'
import { exportDay } from './export-day.ts'
import { makeDay, openDay } from './stored-day.ts'

const WINDOWS = 288
const { values } = parseArgs({
  args: process.argv.slice(2).filter((arg) => arg !== '--'),
  options: { calls: { type: 'string', default: '1000000' }, step: { type: 'string' }, directory: { type: 'string' } },
  strict: true,
})

interface Step {
  readonly seconds: number
  readonly residentMiB: number
  readonly bytes: number
}

/** One step in this process, told as a line of JSON. */
const runStep = async (step: string, directory: string): Promise<void> => {
  const day = await openDay(directory)
  const out = join(directory, `day.${step}`)
  const began = performance.now()
  if (step === 'verify') {
    const code = await runVerifier(
      [join(directory, 'day.pack'), '--key', day.verifierKey],
      () => {},
      () => {},
    )
    if (code !== 0) throw new Error(`the pack does not verify: ${code}`)
  } else await exportDay(day, step, out)
  const seconds = (performance.now() - began) / 1_000
  const { size: bytes } = await stat(step === 'verify' ? join(directory, 'day.pack') : out)
  console.log(JSON.stringify({ seconds, residentMiB: process.resourceUsage().maxRSS / 1_024, bytes } satisfies Step))
}

const main = async (): Promise<void> => {
  const directory = await mkdtemp(join(tmpdir(), 'rollcall-bench-evidence-'))
  try {
    const perWindow = Math.ceil(Number(values.calls) / WINDOWS)
    await makeDay(directory, WINDOWS, perWindow)
    console.log(
      `${WINDOWS * perWindow} calls in ${WINDOWS} windows; load before the run ${loadavg()[0]?.toFixed(1)}\n\n| Step | Seconds | Resident MiB at most | MB |\n| --- | ---: | ---: | ---: |`,
    )
    for (const step of ['pack', 'verify', 'csv', 'jsonl', 'parquet']) {
      const line = execFileSync(process.execPath, [fileURLToPath(import.meta.url), '--step', step, '--directory', directory], { encoding: 'utf8' })
      const { seconds, residentMiB, bytes } = JSON.parse(line) as Step
      console.log(`| ${step} | ${seconds.toFixed(1)} | ${residentMiB.toFixed(0)} | ${(bytes / 1e6).toFixed(0)} |`)
    }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

if (values.step !== undefined && values.directory !== undefined) await runStep(values.step, values.directory)
else await main()
