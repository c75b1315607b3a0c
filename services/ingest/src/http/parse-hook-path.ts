import { Surface } from '@rollcall/contracts/observation'

export interface HookPath {
  readonly account: string
  readonly secret: string
  /** Null when the URL names none, or none that we know: then the delivery is recognised by its shape. */
  readonly surface: Surface | null
  /** Raw, without `?`; null when there is none. */
  readonly query: string | null
}

/** An API row is a fact, a webhook is a claim: no URL may make one look like the other. */
const NAMEABLE: ReadonlySet<string> = new Set(Surface.exclude(['unrecognised', 'call-list', 'call-lookup']).options)

/**
 * `/hooks/{account}/{secret}[/{surface}]`, or the same after a scheme and a host, as a proxy writes it (RFC 9112 §3.2.2). Nothing is decoded: accounts and secrets need no escapes, so an escaped one is a wrong one.
 * What follows the secret never decides whether a delivery is kept. Pure.
 */
export const parseHookPath = (url: string): HookPath | null => {
  const [, account, secret, surface = '', query = ''] = HOOK.exec(url) ?? []
  if (account === undefined || secret === undefined) return null
  return { account, secret, surface: NAMEABLE.has(surface) ? (surface as Surface) : null, query: query === '' ? null : query }
}

const HOOK = /^(?:https?:\/\/[^/?#]*)?\/hooks\/([^/?#]+)\/([^/?#]+)(?:\/([^?#]*))?(?:\?([^#]*))?/
