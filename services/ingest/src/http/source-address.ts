import { type Networks, plainAddress } from './networks.ts'

/**
 * Where a request came from. A forwarding header can be written by anyone, so it is believed only as far as trusted proxies wrote it: from
 * the right, the first address that is not a trusted proxy's. What is no address ends the walk at the proxy that passed it on. Pure.
 */
export const sourceAddress = (peer: string, forwardedFor: string | undefined, trusted: Networks): string => {
  const direct = plainAddress(peer) ?? peer
  if (forwardedFor === undefined || !trusted(direct)) return direct
  let source = direct
  for (let end = forwardedFor.length; end > 0; ) {
    const comma = forwardedFor.lastIndexOf(',', end - 1)
    const hop = plainAddress(forwardedFor.slice(comma + 1, end).trim())
    if (hop === null) return source
    source = hop
    if (!trusted(hop)) return source
    end = comma
  }
  return source
}
