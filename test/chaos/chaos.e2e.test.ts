import { join } from 'node:path'
import { findJava } from '@rollcall/local/kafka/find-java'
import { findKafkaJars } from '@rollcall/local/kafka/kafka-jars'
import { PROJECT_ROOT } from '@rollcall/local/project-root'
import { describe, expect, it } from 'vitest'
import { verifyByRebuild } from './oracle/verify-by-rebuild.ts'
import type { FaultName } from './plan/fault-kinds.ts'
import { planOnly } from './plan/plan-round.ts'
import { runChaos } from './run-chaos.ts'
import { startChaosWorld } from './world/start-chaos-world.ts'

/** One of each class; `pnpm chaos` plays them all, alone and in pairs. */
const SAMPLE: readonly (readonly FaultName[])[] = [
  ['kill-ingest', 'pause-all-brokers'],
  ['kill-projector'],
  ['kill-broker'],
  ['kill-postgres'],
  ['promote-behind'],
  ['database:half-open'],
  ['webhooks:reset'],
  ['twin-projector'],
]
const SEED = 6
const PER_SECOND = 60

const java = await findJava()
const jars = await findKafkaJars(join(PROJECT_ROOT, '.cache'))

describe.skipIf(!process.env.CI && !(java.usable && jars.usable))('the real processes, killed and cut off in the middle of webhooks', () => {
  it('have every webhook that they acknowledged in the log and every call of the log in the projection', async () => {
    const lines: string[] = []
    const world = await startChaosWorld({ seed: SEED, kafkaNodes: 1, onLine: (line) => lines.push(line) })
    let keepFolder = true
    try {
      const nextRound = (number: number) => (number < SAMPLE.length ? planOnly(SEED, SAMPLE, number) : null)
      const report = await runChaos({ world, nextRound, perSecond: PER_SECOND, onLine: (line) => lines.push(line) })
      expect(report.findings, lines.join('\n')).toEqual([])
      expect(report).toMatchObject({ rounds: SAMPLE.length, settled: 1 })
      expect(report.truth.fields).toBeGreaterThan(report.webhooks.acknowledged)
      // On a busy machine the twin may not get ready while it is there.
      expect({ ...report.notMade, 'twin-projector': undefined }, lines.join('\n')).toEqual({})
      expect(report.webhooks.acknowledged).toBeGreaterThan(PER_SECOND)
      expect(await verifyByRebuild(world)).toMatchObject({ equal: true, observations: report.logRecords })
      keepFolder = false
      console.info(`seed ${SEED}: ${report.rounds} rounds, ${report.webhooks.acknowledged} webhooks acknowledged, ${report.calls} calls, ${report.findings.length} findings`)
    } finally {
      await world.stop({ keepFolder })
    }
  })
})
