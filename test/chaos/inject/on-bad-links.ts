import type { FaultProxy, LinkFaults } from '../../fault-proxy/start-fault-proxy.ts'
import type { Heal } from './fault.ts'
import { NotMadeError } from './not-made-error.ts'

/** Makes links bad for as long as it lasts. @throws NotMadeError, when it ends, where nobody was connected by them and nobody came */
export const onBadLinks = (links: readonly FaultProxy[], faults: LinkFaults): Heal => {
  const connected = links.some((link) => link.connections() > 0)
  const before = accepted(links)
  for (const link of links) link.set(faults)
  return async () => {
    for (const link of links) link.set({})
    if (!connected && accepted(links) === before) throw new NotMadeError('nobody was connected by the link')
  }
}

const accepted = (links: readonly FaultProxy[]): number => links.reduce((sum, link) => sum + link.accepted(), 0)
