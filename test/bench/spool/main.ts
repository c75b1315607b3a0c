/**
 * What the spool promises, measured on this machine: R9 to R14 of the reliability goals. Progress goes to stderr; stdout gets the figures in
 * Markdown and, as its last line, as JSON. Ends with 1 where a figure falls short. `pnpm bench:spool`
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { type Figure, renderFigures } from './figure.ts'
import { measureBitFlips } from './measure-bit-flips.ts'
import { measureFullDisk } from './measure-full-disk.ts'
import { measureOutage } from './measure-outage.ts'
import { measureOverload } from './measure-overload.ts'
import { measureRestart } from './measure-restart.ts'
import { type Part, parseOptions, USAGE } from './options.ts'

const onLine = (line: string): void => void process.stderr.write(`${line}\n`)
const stopping = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopping.abort(new Error(`stopped by ${name}`)))
const { signal } = stopping

const directory = await mkdtemp(join(tmpdir(), 'rollcall-bench-spool-'))
try {
  const { parts, outageSeconds } = parseOptions(process.argv.slice(2))
  const measures: Readonly<Record<Part, () => Promise<readonly Figure[]>>> = {
    outage: () => measureOutage({ directory, seconds: outageSeconds, onLine, signal }),
    overload: () => measureOverload({ directory, onLine, signal }),
    'full-disk': () => measureFullDisk({ directory, onLine, signal }),
    'bit-flips': () => measureBitFlips(signal),
    restart: () => measureRestart({ directory, onLine, signal }),
  }
  const figures: Figure[] = []
  const [load = 0] = loadavg()
  for (const part of parts) {
    onLine(`${part}:`)
    figures.push(...(await measures[part]()))
  }
  process.stdout.write(`${cpus().length} cores; load before the run ${load.toFixed(1)}.\n\n${renderFigures(figures)}\n\n${JSON.stringify(figures)}\n`)
  process.exitCode = figures.some(({ met }) => met === false) ? 1 : 0
} catch (error) {
  const reason = signal.aborted ? signal.reason : error
  process.stderr.write(`bench:spool: ${inspect(reason)}\n${reason instanceof TypeError && reason.cause === undefined ? `${USAGE}\n` : ''}`)
  process.exitCode = reason instanceof TypeError ? 2 : 1
} finally {
  await rm(directory, { recursive: true, force: true })
}
