import { type CheckpointPublisher, PublishError, targetFor } from './publisher.ts'

/** A place that answers slowly must not hold up the next checkpoint. */
export const PUBLISH_MS_MAX = 15_000
const SUCCESS = { from: 200, to: 299 }

export interface HttpTarget {
  readonly url: string
  /** The whole value of the header, such as `Bearer …`; null sends none. */
  readonly authorization: string | null
}

/** By HTTP PUT. Redirects are not followed: the credential is for this place alone. */
export const createHttpPublisher = ({ url, authorization }: HttpTarget): CheckpointPublisher => ({
  description: `PUT ${withoutCredentials(url)}`,
  publish: async ({ note, size }, signal) =>
    put(targetFor(url, size), note, { 'content-type': 'text/plain; charset=utf-8', ...(authorization === null ? {} : { authorization }) }, signal),
})

/** A signed URL has its signature in the query. */
const withoutCredentials = (url: string): string => url.replace(/[?#].*$/s, '').replace(/\/\/[^/]*@/, '//')

/** @throws PublishError when the answer is no success, or none came in time */
export const put = async (url: string, body: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<void> => {
  const within = AbortSignal.any([signal, AbortSignal.timeout(PUBLISH_MS_MAX)])
  const response = await fetch(url, { method: 'PUT', body, headers, redirect: 'error', signal: within }).catch((cause: unknown) => {
    throw new PublishError(`${new URL(url).host} did not take the checkpoint`, { cause })
  })
  await response.body?.cancel()
  if (response.status < SUCCESS.from || response.status > SUCCESS.to) throw new PublishError(`${new URL(url).host} answered ${response.status} to the checkpoint`)
}
