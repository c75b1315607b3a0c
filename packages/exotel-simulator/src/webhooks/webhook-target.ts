import type { WebhookSurface } from '../calls/ledger-call.ts'

/** Where webhooks go: `<base>/<surface>`, with the base's own query kept in front. */
export interface WebhookTarget {
  readonly origin: string
  /** Path and query for one webhook; without a surface the base's own path. */
  path(surface: WebhookSurface | null, query: string): string
}

interface Address {
  readonly origin: string
  readonly path: string
  readonly query: string
}

/** Anything but http(s) is refused by name, the secret in its path unmentioned. */
const readAddress = (text: string, name: string): Address => {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new TypeError(`${name} is not an http(s) address: give the base of the receiver, such as http://127.0.0.1:8080/hooks/acme/secret`)
  }
  return { origin: url.origin, path: url.pathname, query: url.search.slice(1) }
}

const joined = (path: string, ...queries: readonly string[]): string => {
  const query = queries.filter((part) => part !== '').join('&')
  return query === '' ? path : `${path}?${query}`
}

/** Reads the base address of a receiver. */
export const webhookTarget = (base: string, name = 'webhookUrl'): WebhookTarget => {
  const { origin, path: own, query: ownQuery } = readAddress(base, name)
  const directory = own.replace(/\/+$/, '')
  return { origin, path: (surface, query) => joined(surface === null ? own : `${directory}/${surface}`, ownQuery, query) }
}

/** An address that one call was given: nothing is appended to its path. */
export const ownTarget = (address: string): WebhookTarget => {
  const { origin, path, query: ownQuery } = readAddress(address, 'StatusCallback')
  return { origin, path: (_surface, query) => joined(path, ownQuery, query) }
}
