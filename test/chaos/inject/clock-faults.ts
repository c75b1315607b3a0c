import type { ServedFault } from '../plan/fault-kinds.ts'
import type { HostFaults } from '../world/host-faults.ts'
import type { ChaosWorld } from '../world/start-chaos-world.ts'
import { type Heal, type Inject, victim } from './fault.ts'
import { onBadHost } from './on-bad-host.ts'
import { broker } from './signal-process.ts'

type ClockFault = Extract<ServedFault, `clock-${string}`>

const STEP_MS = 2 * 3_600_000
/** Of a clock that runs a tenth too fast. What it gains in a few seconds is little: it begins with a gain of twelve minutes. */
const DRIFT_PPM = 100_000
const DRIFTING_FOR_MS = 2 * 3_600_000

const stepped = (of: keyof ChaosWorld['hosts'], aheadMs: number): Inject => withClock(of, () => ({ aheadMs, driftPpm: 0, sinceMs: 0 }))
const drifting = (of: keyof ChaosWorld['hosts']): Inject => withClock(of, () => ({ aheadMs: 0, driftPpm: DRIFT_PPM, sinceMs: Date.now() - DRIFTING_FOR_MS }))

/** It is set right in one step too. */
const withClock =
  (of: keyof ChaosWorld['hosts'], clock: () => NonNullable<HostFaults['clock']>): Inject =>
  ({ hosts, ingests, projectors, kafka }, draw): Promise<Heal> => {
    const processes = { ingests, projectors, brokers: kafka.nodes.map(broker) }[of]
    return onBadHost(victim(hosts[of], draw), victim(processes, draw), { clock: clock() })
  }

export const CLOCK_FAULTS: Readonly<Record<ClockFault, Inject>> = {
  'clock-ahead-ingest': stepped('ingests', STEP_MS),
  'clock-behind-ingest': stepped('ingests', -STEP_MS),
  'clock-drift-ingest': drifting('ingests'),
  'clock-ahead-projector': stepped('projectors', STEP_MS),
  'clock-behind-projector': stepped('projectors', -STEP_MS),
  'clock-ahead-broker': stepped('brokers', STEP_MS),
  'clock-behind-broker': stepped('brokers', -STEP_MS),
}
