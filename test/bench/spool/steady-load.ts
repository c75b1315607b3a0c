import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { callbackBodies } from '../load/callback-body.ts'

/** Exotel gives up after this. */
const ANSWER_MS_MAX = 15_000
const SOCKETS_MAX = 512
const TICK_MS = 5

export interface Sent {
  /** When it was due, milliseconds of `performance.now()`: a sender that is late counts against the receiver, not for it. */
  readonly at: number
  readonly tookMs: number
  /** Null where there was no answer. */
  readonly status: number | null
  readonly callSid: string
}

export interface SteadyLoad {
  /** Every delivery that was answered or given up, in the order of that. */
  readonly sent: readonly Sent[]
  /** Resolves when the last is answered. */
  stop(): Promise<void>
}

/** Sends so many callbacks a second, whether or not they are answered: an open loop, as callers are. */
export const steadyLoad = (url: string, perSecond: number, mark: string): SteadyLoad => {
  const agent = new Agent({ keepAlive: true, maxSockets: SOCKETS_MAX })
  const body = callbackBodies(mark)
  const sent: Sent[] = []
  const began = performance.now()
  let due = 0
  let waiting = 0
  let stopped = false

  const send = (at: number): void => {
    const text = body()
    const callSid = /"CallSid":"([^"]+)"/.exec(text)?.[1] ?? ''
    waiting += 1
    const settle = (status: number | null): void => {
      sent.push({ at, tookMs: performance.now() - at, status, callSid })
      waiting -= 1
    }
    const sending = request(url, { agent, method: 'POST', headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) } }, (response) => {
      response.resume()
      response.once('end', () => settle(response.statusCode ?? null))
    })
    sending.setTimeout(ANSWER_MS_MAX, () => sending.destroy(new Error('no answer in time')))
    sending.once('error', () => settle(null))
    sending.end(text)
  }
  const timer = setInterval(() => {
    for (; due < ((performance.now() - began) * perSecond) / 1_000; due += 1) send(began + (due * 1_000) / perSecond)
  }, TICK_MS)

  return {
    sent,
    stop: async () => {
      if (stopped) return
      stopped = true
      clearInterval(timer)
      while (waiting > 0) await sleep(TICK_MS)
      agent.destroy()
    },
  }
}

export const isKept = ({ status }: Sent): boolean => status !== null && status >= 200 && status < 300
