import type { FaultProxy, LinkFaults } from '../../fault-proxy/start-fault-proxy.ts'
import { LINKS, type Link, type LinkFault, type LinkMode } from '../plan/fault-kinds.ts'
import type { ChaosWorld } from '../world/start-chaos-world.ts'
import { type Heal, victim } from './fault.ts'
import { onBadLinks } from './on-bad-links.ts'

/** Below this draw all links of the kind are hit, not one. */
const ALL_BELOW = 0.2
const END_EVERY_MS = 400
const LATENCY_MS = { min: 50, max: 2_000 }
const SLICE_BYTES_MAX = 8
/** 8 kbit/s. */
const THROTTLED_BYTES_PER_SECOND = 1_000
const CORRUPT_ONE_IN = 20_000
/** Of what is sent, in the pieces that it is sent in. */
const LOST_SHARE = 0.3

/** `kafka:blackhole` and the like. */
export const isLinkFault = (name: string): name is LinkFault => LINKS.some((link) => name.startsWith(`${link}:`))

export const injectLinkFault = (world: ChaosWorld, name: LinkFault, draw: number): Heal => {
  const [link, mode] = name.split(':') as [Link, LinkMode]
  const hit = hitBy(world, link, draw)
  const heal = onBadLinks(hit, faultsOf(mode, draw))
  const how = mode === 'cut' ? 'cut' : mode === 'reset' || mode === 'refuse' ? 'reset' : null
  const end = () => {
    if (how !== null) for (const proxy of hit) proxy.end(how)
  }
  end()
  const again = setInterval(end, END_EVERY_MS)
  return async () => {
    clearInterval(again)
    await heal()
  }
}

const hitBy = ({ links, postgres }: ChaosWorld, link: Link, draw: number): readonly FaultProxy[] => {
  const all = links[link]
  if (link === 'streaming') return [all[postgres.primary()] as FaultProxy]
  if (draw < ALL_BELOW) return all
  // The replica has no other visitors than those who ask whether it is still one.
  return link === 'database' ? [all[postgres.primary()] as FaultProxy] : [victim(all, (draw - ALL_BELOW) / (1 - ALL_BELOW))]
}

const faultsOf = (mode: LinkMode, draw: number): LinkFaults => {
  const both = (faults: NonNullable<LinkFaults['toServer']>): LinkFaults => ({ toServer: faults, toClient: faults })
  switch (mode) {
    case 'refuse':
      return { refuse: true }
    case 'reset':
    case 'cut':
      return {}
    case 'blackhole':
      return both({ blackhole: true })
    case 'half-open':
      return { toClient: { blackhole: true } }
    case 'slow': {
      const latencyMs = LATENCY_MS.min + draw * (LATENCY_MS.max - LATENCY_MS.min)
      return both({ latencyMs, jitterMs: latencyMs / 2 })
    }
    case 'lossy':
      return both({ lostShare: LOST_SHARE })
    case 'sliced':
      return both({ sliceBytes: 1 + Math.floor(draw * SLICE_BYTES_MAX) })
    case 'throttled':
      return both({ bytesPerSecond: THROTTLED_BYTES_PER_SECOND })
    case 'corrupt':
      return { toClient: { corruptOneIn: CORRUPT_ONE_IN } }
    default:
      return mode satisfies never
  }
}
