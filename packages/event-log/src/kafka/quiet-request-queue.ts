import { createRequire } from 'node:module'

interface RequestQueue {
  readonly pending: readonly unknown[]
  scheduleCheckPendingRequests(): void
}

/**
 * Stops kafkajs from polling. Its request queue re-arms a timer of one millisecond on every connection for as long as the connection
 * lives, to see whether a throttled request may go; idle, that is thousands of timers a second and about 2 % of a core, and on
 * Node 24 a warning (kafkajs issue 1751). Nothing needs checking while nothing is pending, and a request that has to wait arms the timer itself.
 */
export const quietRequestQueue = (): void => {
  const prototype: RequestQueue & { quiet?: true } = createRequire(import.meta.url)('kafkajs/src/network/requestQueue').prototype
  if (prototype.quiet) return
  const schedule = prototype.scheduleCheckPendingRequests
  prototype.scheduleCheckPendingRequests = function (this: RequestQueue) {
    if (this.pending.length > 0) schedule.call(this)
  }
  prototype.quiet = true
}
