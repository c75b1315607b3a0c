/** What one server said of itself when it was asked. */
export type Asked =
  | {
      readonly kind: 'answered'
      readonly place: string
      /** Whether a transaction may write there. */
      readonly writable: boolean
      /** Grows with every promotion; 0 while it is a standby. */
      readonly timeline: number
      /** The same for a primary and all copies of it. */
      readonly systemId: string
    }
  | { readonly kind: 'failed'; readonly place: string; readonly why: string }

/** What is known of the servers from earlier connections; all of it from the beginning. */
export interface KnownServers {
  readonly systemId: string | null
  readonly timeline: number
}

export const NOTHING_KNOWN: KnownServers = { systemId: null, timeline: 0 }

export type Choice = { readonly kind: 'chosen'; readonly place: string; readonly known: KnownServers } | { readonly kind: 'none'; readonly why: string }

/**
 * The server to work with: of those that take writes the one with the highest timeline, since a primary that was replaced and came back
 * takes writes too; among equals the first. Never one of another system, nor one with a lower timeline than was seen: what was
 * promoted may be away for a moment, and what is written to its predecessor is lost. Pure.
 */
export const chooseServer = (asked: readonly Asked[], known: KnownServers): Choice => {
  const [first, ...others] = asked.flatMap((one) => (one.kind === 'answered' && whyNot(one, known) === null ? [one] : []))
  if (first === undefined) return { kind: 'none', why: asked.map((one) => `${one.place} ${one.kind === 'failed' ? one.why : whyNot(one, known)}`).join('; ') }
  const best = others.reduce((chosen, one) => (one.timeline > chosen.timeline ? one : chosen), first)
  const stranger = others.find(({ systemId }) => systemId !== first.systemId)
  if (stranger !== undefined) return { kind: 'none', why: `${first.place} and ${stranger.place} both take writes, and neither is a copy of the other` }
  return { kind: 'chosen', place: best.place, known: { systemId: best.systemId, timeline: best.timeline } }
}

const whyNot = ({ writable, timeline, systemId }: Asked & { readonly kind: 'answered' }, known: KnownServers): string | null => {
  if (known.systemId !== null && systemId !== known.systemId) return 'is no copy of the server used before'
  if (!writable) return 'takes no writes'
  if (timeline < known.timeline) return `is on timeline ${timeline}, but ${known.timeline} was seen: it was replaced by a promoted server`
  return null
}
