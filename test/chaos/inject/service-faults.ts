import { setTimeout as sleep } from 'node:timers/promises'
import type { ServedFault } from '../plan/fault-kinds.ts'
import type { SupervisedService } from '../world/supervised-service.ts'
import { type Inject, victim } from './fault.ts'

type ServiceFault = Extract<ServedFault, `${string}-ingest` | `${string}-projector` | 'pause-projector-long' | 'rebalances'>

const REBALANCES = 3
const REBALANCE_MS = 300
const READY_MS_MAX = 10_000

const ended = (service: SupervisedService, signal: NodeJS.Signals) => {
  service.hold()
  service.signal(signal)
  return async () => service.release()
}

const paused = (service: SupervisedService) => {
  service.signal('SIGSTOP')
  return async () => service.signal('SIGCONT')
}

/** Comes, takes its share of the partitions, and goes without a word or with one. */
const visiting = async (service: SupervisedService, draw: number) => {
  service.release()
  // Where everything else is broken too, it may not get so far; then it is one more that tries.
  await service.ready(READY_MS_MAX).catch(() => {})
  return async () => {
    service.hold()
    service.signal(draw < 0.5 ? 'SIGKILL' : 'SIGTERM')
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
  rebalances: async ({ third }, draw) => {
    for (let nth = 1; nth < REBALANCES; nth += 1) {
      const leave = await visiting(third, draw)
      await sleep(REBALANCE_MS)
      await leave()
    }
    return visiting(third, draw)
  },
}
