/**
 * Rollcall beside the bare minimum that could do the same, in one run and on one stack. Asserts nothing about speed.
 * Progress goes to stderr; stdout gets the report in Markdown and, as its last line, everything measured as JSON.
 */
import { measureIngest } from './ingest/measure-ingest.ts'
import { measureLoadCeiling } from './load/measure-ceiling.ts'
import { machineFacts } from './machine-facts.ts'
import { type BenchOptions, parseOptions, USAGE } from './options.ts'
import { measureProjector } from './projector/measure-projector.ts'
import { type Report, renderReport } from './report/render-report.ts'
import { summariseIngest } from './report/summarise-ingest.ts'
import { startStack } from './stack.ts'

const BENCH_MS_MAX = 1_200_000

const onLine = (line: string): void => void process.stderr.write(`${line}\n`)

const measure = async ({ parts, rounds, seconds, profileDirectory }: BenchOptions, signal: AbortSignal): Promise<Report> => {
  const stack = await startStack(onLine, signal)
  try {
    const common = { ...stack, rounds, profileDirectory, onLine, signal }
    const machine = await machineFacts(stack.directory, stack.databaseUrl)
    // The projector first, while the log holds its observations and nothing else.
    if (parts.includes('projector')) onLine('Projector and bare SQL:')
    const projector = parts.includes('projector') ? await measureProjector(common) : null
    if (parts.includes('ingest')) onLine('Ingest and the floor:')
    const loadCeiling = parts.includes('ingest') ? await measureLoadCeiling(stack.directory, signal) : null
    const ingest = parts.includes('ingest') ? summariseIngest(await measureIngest({ ...common, seconds })) : null
    return { machine, rounds, seconds, loadCeiling, ingest, projector }
  } finally {
    await stack.stop()
  }
}

const stopping = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopping.abort(new Error(`stopped by ${name}`)))
const late = setTimeout(() => stopping.abort(new Error(`not done within ${BENCH_MS_MAX / 60_000} minutes`)), BENCH_MS_MAX)
try {
  const report = await measure(parseOptions(process.argv.slice(2)), stopping.signal)
  process.stdout.write(`${renderReport(report)}\n${JSON.stringify(report)}\n`)
} catch (error) {
  const reason = stopping.signal.aborted ? stopping.signal.reason : error
  process.stderr.write(`bench: ${(reason as Error).message}\n${reason instanceof TypeError ? `${USAGE}\n` : ''}`)
  process.exitCode = error instanceof TypeError ? 2 : 1
} finally {
  clearTimeout(late)
}
