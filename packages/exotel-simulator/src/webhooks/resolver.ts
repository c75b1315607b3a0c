import type { LookupFunction } from 'node:net'
import type { Instant } from '../clock/simulator-clock.ts'

/** What the zone says of a name at the moment. */
export interface NameRecord {
  /** IPv4. */
  readonly address: string
  readonly ttlSeconds: number
}

export interface ResolverOptions {
  readonly now: () => Instant
  /** The zone; null: there is no such name. */
  readonly zone: (name: string) => NameRecord | null
  /** Keeps an address at least so long, whatever its TTL, as some resolvers do. What Exotel's does is not known. */
  readonly keepsSecondsMin: number
}

const SECOND_MS = 1_000
const IPV4 = 4

/** Gives a name's address, and the same one until what the zone said has run out: the zone is not asked meanwhile. Null: no such name. */
export const createResolver = ({ now, zone, keepsSecondsMin }: ResolverOptions): ((name: string) => string | null) => {
  const kept = new Map<string, { readonly address: string; readonly until: Instant }>()
  return (name) => {
    const held = kept.get(name)
    if (held !== undefined && now() < held.until) return held.address
    kept.delete(name)
    const record = zone(name)
    if (record === null) return null
    kept.set(name, { address: record.address, until: now() + Math.max(record.ttlSeconds, keepsSecondsMin) * SECOND_MS })
    return record.address
  }
}

/** The resolver as a connection asks it: for each new one, and never for one that is open. */
export const lookupBy =
  (resolve: (name: string) => string | null): LookupFunction =>
  (name, { all }, callback) => {
    const address = resolve(name)
    if (address === null) return callback(Object.assign(new Error(`${name} has no address`), { code: 'ENOTFOUND' }), '', IPV4)
    if (all) return callback(null, [{ address, family: IPV4 }])
    return callback(null, address, IPV4)
  }
