import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { PlannedWebhook } from './plan-webhooks.ts'

/** Exotel waits for an answer so long (contract §4). */
const ANSWER_MS_MAX = 15_000
/** Of how long it waits before it tries again nothing is known. */
const RETRY_AFTER_MS = 1_000
const CONNECTIONS_MAX = 256

export interface Told {
  readonly acknowledged: boolean
  /** Of each request, in turn: the status, or why there is none (`ECONNREFUSED`, `silence` after 15 s, `cut` within the answer). */
  readonly answers: readonly string[]
}

/** Sends to one address, then to the other one where that was not well received, and all of it again `retries` times. Never rejects. */
export const createSender = (): { send(webhook: PlannedWebhook, urls: readonly string[], retries: number): Promise<Told>; close(): void } => {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS_MAX })

  const ask = ({ request: { method, surface, query, contentType, body, headers } }: PlannedWebhook, url: string): Promise<string> =>
    new Promise((resolve) => {
      const asking = request(
        `${url}/${surface}${query === '' ? '' : `?${query}`}`,
        {
          method,
          agent,
          signal: AbortSignal.timeout(ANSWER_MS_MAX),
          headers: { ...headers, ...(contentType === null ? {} : { 'content-type': contentType }), ...(body === null ? {} : { 'content-length': Buffer.byteLength(body) }) },
        },
        (response) => {
          response.resume()
          response.once('close', () => resolve(response.complete ? String(response.statusCode) : 'cut'))
        },
      )
      asking.once('error', (error: NodeJS.ErrnoException) => resolve(error.name === 'TimeoutError' || error.code === 'ABORT_ERR' ? 'silence' : (error.code ?? error.name)))
      asking.end(body ?? undefined)
    })

  return {
    send: async (webhook, urls, retries) => {
      const answers: string[] = []
      for (let attempt = 0; ; attempt += 1) {
        for (const url of urls) {
          const answer = await ask(webhook, url)
          answers.push(answer)
          if (/^2\d\d$/.test(answer)) return { acknowledged: true, answers }
        }
        if (attempt >= retries) return { acknowledged: false, answers }
        await sleep(RETRY_AFTER_MS)
      }
    },
    close: () => agent.destroy(),
  }
}
