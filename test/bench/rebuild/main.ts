/**
 * A rebuild of a log of any length beside the least that could fill the same tables: `pnpm bench:rebuild --observations 10000000 --calls 3000000`.
 * The real projector folds the log first and goes on with new traffic while `rebuild --verify` runs. Progress goes to stderr; stdout gets one line in
 * words and, as its last line, everything measured as JSON. Asserts nothing about speed; ends with 1 where the digests differ.
 */
import { join } from 'node:path'
import { inspect } from 'node:util'
import { OBSERVATIONS_TOPIC, TOPICS } from '@rollcall/contracts/topics'
import type { EventLog } from '@rollcall/event-log/event-log'
import { openEventLog } from '@rollcall/event-log/open-event-log'
import { serveEmbedded } from '@rollcall/local/serve-embedded'
import { migrate } from '@rollcall/store/migrate'
import { createPool } from '@rollcall/store/pool'
import { beginPositions } from '@rollcall/store/projection/begin-positions'
import { machineFacts } from '../machine-facts.ts'
import { startStack } from '../stack.ts'
import { fillLog } from './fill-log.ts'
import { startLiveProjection } from './live-projection.ts'
import { measureFloor } from './measure-floor.ts'
import { parseOptions, type RebuildBenchOptions, USAGE } from './options.ts'
import { type RebuildRun, type RunRebuildOptions, runRebuild } from './run-rebuild.ts'

const MIB = 1024 ** 2
const onLine = (line: string): void => void process.stderr.write(`${line}\n`)
const stopping = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopping.abort(new Error(`stopped by ${name}`)))
const { signal } = stopping

const measure = async (options: RebuildBenchOptions) => {
  const stack = await startStack(onLine, signal)
  const { directory, databaseUrl, superuserUrl, postgresPid, postgresDataDirectory } = stack
  const embedded = options.log === 'embedded' ? await serveEmbedded(join(directory, 'log')) : null
  try {
    await migrate(databaseUrl)
    const logEnv: Record<string, string> = embedded === null ? { KAFKA_BROKERS: stack.brokers.join(',') } : { EMBEDDED_LOG_URL: embedded.url }
    const log = await openEventLog({ kafkaBrokers: embedded === null ? stack.brokers : undefined, embeddedLogUrl: embedded?.url, clientId: 'bench' })
    const machine = await machineFacts(directory, databaseUrl)
    await log.ensureTopics(TOPICS)
    await fillLog(log, options, onLine, signal)
    onLine(`${options.observations} observations of ${options.calls} calls in the log`)
    const env = { ...logEnv, DATABASE_URL: databaseUrl, ROLLCALL_ALLOW_UNSAFE_TOPICS: 'true' }
    const run = { env, postgresPid, directory, signal }
    const swapped = options.live === 'swapped' ? await swapInto(databaseUrl, log, { ...run, profileDirectory: null, swap: true }) : null
    const live = await startLiveProjection({ ...options, log, logEnv, databaseUrl, directory, onLine, signal })
    const { rebuilt, appended, longestMs } = await (async () => {
      await live.untilFolded(options.observations)
      onLine('folded by the projector; rebuilding')
      const traffic = live.underTraffic(options.observations)
      const rebuilt = await runRebuild({ ...run, profileDirectory: options.profileDirectory, swap: false })
      return { rebuilt, ...(await traffic.stop()) }
    })().finally(live.stop)
    await log.close()
    onLine('rebuilt; measuring the floor')
    const floor = await measureFloor({ superuserUrl, databaseUrl, postgresPid, postgresDataDirectory })
    return { options, machine, swapped, rebuilt, floor, liveAppended: appended, liveLongestMs: longestMs }
  } finally {
    await embedded?.stop()
    await stack.stop()
  }
}

/** An empty projection that says it is at the log's end gets what the log gives by a swap. */
const swapInto = async (databaseUrl: string, log: EventLog, options: RunRebuildOptions): Promise<RebuildRun> => {
  const pool = createPool({ databaseUrl, applicationName: 'bench', max: 1 })
  try {
    const positions = new Map([...(await log.bounds(OBSERVATIONS_TOPIC))].map(([partition, { next }]) => [partition, next]))
    await beginPositions(pool, { topic: OBSERVATIONS_TOPIC, positions, epoch: 1n, logClusterId: await log.clusterId() })
  } finally {
    await pool.end()
  }
  return runRebuild(options)
}

const inWords = ({ machine, rebuilt, floor, liveAppended, liveLongestMs, options }: Awaited<ReturnType<typeof measure>>): string => {
  const { observations, calls, seconds, equal, cpuSeconds, postgresCpuSeconds, peakRssBytes } = rebuilt
  const [perSecond, floorPerSecond] = [observations / seconds, observations / floor.seconds]
  const micros = (used: number) => ((used * 1e6) / observations).toFixed(1)
  return (
    `${options.log}: ${observations} observations of ${calls} calls rebuilt in ${seconds.toFixed(1)} s: ${Math.round(perSecond)}/s, digest ${equal ? 'equal' : 'DIFFERENT'} (live projection ${options.live}); ` +
    `CPU ${micros(cpuSeconds)} µs an observation and ${micros(postgresCpuSeconds)} of Postgres; peak RSS ${Math.round(peakRssBytes / MIB)} MiB; ` +
    `floor ${Math.round(floorPerSecond)}/s, CPU ${micros(floor.cpuSeconds)} µs, ratio ${(perSecond / floorPerSecond).toFixed(2)}; ` +
    `meanwhile ${liveAppended} new observations were folded, each within ${Math.round(liveLongestMs)} ms; ${machine.cores} cores, load before the run ${machine.loadBefore.toFixed(1)}`
  )
}

try {
  const measured = await measure(parseOptions(process.argv.slice(2)))
  process.stdout.write(`${inWords(measured)}\n${JSON.stringify(measured)}\n`)
  process.exitCode = measured.rebuilt.equal ? 0 : 1
} catch (error) {
  const reason = signal.aborted ? signal.reason : error
  process.stderr.write(`bench:rebuild: ${inspect(reason)}\n${reason instanceof TypeError && reason.cause === undefined ? `${USAGE}\n` : ''}`)
  process.exitCode = reason instanceof TypeError ? 2 : 1
}
