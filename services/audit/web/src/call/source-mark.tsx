import type { Source } from '@rollcall/domain/call/fact'

const SOURCES: Readonly<Record<Source, readonly [string, string]>> = {
  webhook: ['webhook', 'Exotel sent it by itself. It signs nothing: a webhook is a claim.'],
  poll: ['list API', 'We read it from Exotel’s list of calls, authenticated: a fact.'],
  lookup: ['call API', 'We asked Exotel for this one call, authenticated: a fact.'],
}

/** How we came to know something. */
export const SourceMark = ({ source }: { source: Source }) => (
  <span class={`source source-${source}`} data-tip={SOURCES[source][1]}>
    {SOURCES[source][0]}
  </span>
)
