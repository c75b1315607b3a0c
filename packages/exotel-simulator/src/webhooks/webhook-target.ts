/** Where webhooks go: `<base>/<surface>`, with the base's own query kept in front. */
export interface WebhookTarget {
  readonly origin: string
  /** Path and query for one webhook. */
  path(surface: string, query: string): string
}

/** Reads the base address; anything but http(s) is refused by name, the secret in its path unmentioned. */
export const webhookTarget = (base: string): WebhookTarget => {
  const url = URL.canParse(base) ? new URL(base) : null
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new TypeError('webhookUrl is not an http(s) address: give the base of the receiver, such as http://127.0.0.1:8080/hooks/acme/secret')
  }
  const directory = url.pathname.replace(/\/+$/, '')
  const own = url.search.slice(1)
  return {
    origin: url.origin,
    path(surface, query) {
      const joined = [own, query].filter((part) => part !== '').join('&')
      return `${directory}/${surface}${joined === '' ? '' : `?${joined}`}`
    },
  }
}
