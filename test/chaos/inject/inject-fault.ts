import type { FaultName, ServedFault } from '../plan/fault-kinds.ts'
import type { ChaosWorld } from '../world/start-chaos-world.ts'
import { BROKER_FAULTS } from './broker-faults.ts'
import { CLOCK_FAULTS } from './clock-faults.ts'
import { DISK_FAULTS } from './disk-faults.ts'
import type { Heal, Inject } from './fault.ts'
import { injectLinkFault, isLinkFault } from './link-faults.ts'
import { NotMadeError } from './not-made-error.ts'
import { POSTGRES_FAULTS } from './postgres-faults.ts'
import { SERVICE_FAULTS } from './service-faults.ts'

const SERVED: Readonly<Record<ServedFault, Inject>> = { ...SERVICE_FAULTS, ...BROKER_FAULTS, ...POSTGRES_FAULTS, ...DISK_FAULTS, ...CLOCK_FAULTS }

/** Makes the fault; the world is whole again of it when what it gives has been called. @throws NotMadeError, and so may what it gives, where it did not come about */
export const injectFault = async (world: ChaosWorld, name: FaultName, draw: number): Promise<Heal> => {
  const why = whyNot(world, name)
  if (why !== null) throw new NotMadeError(why)
  return isLinkFault(name) ? injectLinkFault(world, name, draw) : SERVED[name](world, draw)
}

/** Why a fault cannot be made here; null when it can. */
const whyNot = ({ cannot }: ChaosWorld, name: FaultName): string | null => {
  if (name === 'full-disk') return cannot.fillDisks
  if (name.startsWith('oom-')) return cannot.limitMemory
  return /^clock-|-(sync|write|broker-disk)$/.test(name) ? cannot.makeHostsBad : null
}
