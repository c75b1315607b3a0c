import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ServedFault } from '../plan/fault-kinds.ts'
import type { ChaosWorld } from '../world/start-chaos-world.ts'
import type { SupervisedService } from '../world/supervised-service.ts'
import { type Inject, made, victim } from './fault.ts'
import { NotMadeError } from './not-made-error.ts'
import { pidOf, signalProcess } from './signal-process.ts'

type ServiceFault = Extract<Exclude<ServedFault, `clock-${string}`>, `${string}-ingest` | 'torn-spool' | `${string}-projector` | 'pause-projector-long' | 'rebalances'>

const REBALANCES = 3
const REBALANCE_MS = 300
const READY_MS_MAX = 10_000
const TORN_BYTES_MAX = 400

const ended = (service: SupervisedService, signal: NodeJS.Signals) => {
  service.hold()
  return made(
    () => signalProcess(service, signal),
    async () => service.release(),
  )
}

const paused = (service: SupervisedService) =>
  made(
    () => signalProcess(service, 'SIGSTOP'),
    async () => service.signal('SIGCONT'),
  )

/** The kernel ends it as soon as it asks for more memory than there is; nothing where it needs none. */
const outOfMemory = async ({ memory }: ChaosWorld, service: SupervisedService) => {
  const kills = () => service.ended.get('SIGKILL') ?? 0
  const before = kills()
  await memory?.confine(pidOf(service)).catch(() => {
    throw new NotMadeError(`${service.name} was not running`)
  })
  return async () => {
    await memory?.free()
    if (kills() === before) throw new NotMadeError(`${service.name} needed no more memory`)
  }
}

/** Comes, takes its share of the partitions, and goes without a word or with one. */
const visiting = async (service: SupervisedService, draw: number) => {
  service.release()
  // Where everything else is broken too, it may not get so far; then it is one more that tries.
  const isThere = await service.ready(READY_MS_MAX).then(
    () => true,
    () => false,
  )
  return async () => {
    service.hold()
    service.signal(draw < 0.5 ? 'SIGKILL' : 'SIGTERM')
    if (!isThere) throw new NotMadeError(`${service.name} was not ready within ${READY_MS_MAX / 1_000} s`)
  }
}

export const SERVICE_FAULTS: Readonly<Record<ServiceFault, Inject>> = {
  'kill-ingest': async ({ ingests }, draw) => ended(victim(ingests, draw), 'SIGKILL'),
  'stop-ingest': async ({ ingests }, draw) => ended(victim(ingests, draw), 'SIGTERM'),
  'pause-ingest': async ({ ingests }, draw) => paused(victim(ingests, draw)),
  'kill-projector': async ({ projectors }, draw) => ended(victim(projectors, draw), 'SIGKILL'),
  'stop-projector': async ({ projectors }, draw) => ended(victim(projectors, draw), 'SIGTERM'),
  'pause-projector': async ({ projectors }, draw) => paused(victim(projectors, draw)),
  'pause-projector-long': async ({ projectors }, draw) => paused(victim(projectors, draw)),
  'join-projector': async ({ third }, draw) => visiting(third, draw),
  'twin-projector': async ({ twin }, draw) => visiting(twin, draw),
  'oom-ingest': (world, draw) => outOfMemory(world, victim(world.ingests, draw)),
  'oom-projector': (world, draw) => outOfMemory(world, victim(world.projectors, draw)),
  // The power went in the middle of a record that nobody was told of.
  'torn-spool': async ({ ingests, disks }, draw) => {
    const ingest = victim(ingests, draw)
    const restart = await ended(ingest, 'SIGKILL')
    return made(() => victim(disks, draw).tear(randomBytes(1 + Math.floor(draw * TORN_BYTES_MAX))), restart)
  },
  rebalances: async ({ third }, draw) => {
    const failed: unknown[] = []
    for (let nth = 1; nth < REBALANCES; nth += 1) {
      const leave = await visiting(third, draw)
      await sleep(REBALANCE_MS)
      await leave().catch((error: unknown) => failed.push(error))
    }
    const leave = await visiting(third, draw)
    return async () => {
      await leave()
      if (failed.length > 0) throw failed[0]
    }
  },
}
