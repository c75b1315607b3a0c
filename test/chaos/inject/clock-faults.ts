import type { ServedFault } from '../plan/fault-kinds.ts'
import type { FaultyHost } from '../world/host-faults.ts'
import { type Inject, victim } from './fault.ts'

type ClockFault = Extract<ServedFault, `clock-${string}`>

const STEP_MS = 2 * 3_600_000
/** Of a clock that runs a tenth too fast. What it gains in a few seconds is little: it begins with a gain of twelve minutes. */
const DRIFT_PPM = 100_000
const DRIFTING_FOR_MS = 2 * 3_600_000

const stepped = (hosts: readonly FaultyHost[], draw: number, aheadMs: number) => withClock(hosts, draw, { aheadMs, driftPpm: 0, sinceMs: 0 })

const drifting = (hosts: readonly FaultyHost[], draw: number) => withClock(hosts, draw, { aheadMs: 0, driftPpm: DRIFT_PPM, sinceMs: Date.now() - DRIFTING_FOR_MS })

const withClock = async (hosts: readonly FaultyHost[], draw: number, clock: { readonly aheadMs: number; readonly driftPpm: number; readonly sinceMs: number }) => {
  const host = victim(hosts, draw)
  await host.set({ clock })
  // It is set right in one step too.
  return () => host.set({ clock: undefined })
}

export const CLOCK_FAULTS: Readonly<Record<ClockFault, Inject>> = {
  'clock-ahead-ingest': ({ hosts }, draw) => stepped(hosts.ingests, draw, STEP_MS),
  'clock-behind-ingest': ({ hosts }, draw) => stepped(hosts.ingests, draw, -STEP_MS),
  'clock-drift-ingest': ({ hosts }, draw) => drifting(hosts.ingests, draw),
  'clock-ahead-projector': ({ hosts }, draw) => stepped(hosts.projectors, draw, STEP_MS),
  'clock-behind-projector': ({ hosts }, draw) => stepped(hosts.projectors, draw, -STEP_MS),
  'clock-ahead-broker': ({ hosts }, draw) => stepped(hosts.brokers, draw, STEP_MS),
  'clock-behind-broker': ({ hosts }, draw) => stepped(hosts.brokers, draw, -STEP_MS),
}
