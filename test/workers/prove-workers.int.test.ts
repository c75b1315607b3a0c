import { join } from 'node:path'
import { findJava } from '@rollcall/local/kafka/find-java'
import { findKafkaJars } from '@rollcall/local/kafka/kafka-jars'
import { PROJECT_ROOT } from '@rollcall/local/project-root'
import { describe, expect, it } from 'vitest'
import { parsePlan } from './plan.ts'
import { proveWorkers } from './prove-workers.ts'

const java = await findJava()
const jars = await findKafkaJars(join(PROJECT_ROOT, '.cache'))

describe.skipIf(!process.env.CI && !(java.usable && jars.usable))('a projector that is paused until another has its partitions', () => {
  it('tries to write when it wakes up, and has every write refused', async () => {
    const lines: string[] = []
    const { figures, wrong } = await proveWorkers(parsePlan(['--pause-only', '--pause', '6']), (line) => lines.push(line))
    expect(wrong, lines.join('\n')).toEqual([])
    expect(figures).toMatchObject({ zombieWritesDone: 0, zombieChangedAnything: false, missing: 0, rowsOfNone: 0, digestEqual: true })
    expect(figures.zombieWritesRefused).toBeGreaterThan(0)
    console.info(JSON.stringify(figures))
  })
})
