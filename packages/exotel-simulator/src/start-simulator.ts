import { setMaxListeners } from 'node:events'
import type { CallOrder } from './calls/call-order.ts'
import type { LedgerCall } from './calls/ledger-call.ts'
import { realClock } from './clock/real-clock.ts'
import type { Cluster } from './cluster.ts'
import { createControl } from './control/control.ts'
import type { Ledger } from './ledger.ts'
import type { LiveSettings } from './live-settings.ts'
import { createOutageSchedule, Outage } from './outages.ts'
import { type HttpServer, serveHttp } from './serve-http.ts'
import { createSimulatedAccount } from './simulated-account.ts'
import { readOptions, type SimulatorOptions } from './simulator-options.ts'
import { addStats, type SimulatorStats } from './simulator-stats.ts'

export interface Simulator {
  /** Of the cluster the first account lives in, without a trailing slash; the REST API is below `/v1`, the control API below `/sim`. */
  readonly url: string
  /** Of each cluster that an account lives in. */
  readonly urls: Partial<Readonly<Record<Cluster, string>>>
  readonly ledger: Ledger
  /** Makes the planned calls, once. Resolves when the last webhook has been sent, dropped or given up; at once after stop(). */
  play(): Promise<void>
  /** Makes a call that was not planned, as the connect API does; `account` left out: the first. */
  makeCall(order: Omit<CallOrder, 'path'>, account?: string): LedgerCall
  /** Resolves when the webhooks of all calls so made are settled. */
  idle(): Promise<void>
  setWebhookUrl(url: string, account?: string): void
  /** Changes what can be changed live; throws an error that names what is wrong. */
  change(patch: { readonly [Name in keyof LiveSettings]?: unknown }, account?: string): void
  /** An outage from now on. */
  beginOutage(outage: typeof Outage._input): void
  endOutages(): void
  stats(account?: string): SimulatorStats
  /** Ends playing and serving. Safe to call twice. Webhooks that were under way stay `pending`. */
  stop(): Promise<void>
}

/** Starts Exotel over HTTP. No planned call is made before `play()`. */
export const startSimulator = async (options: SimulatorOptions): Promise<Simulator> => {
  const settings = readOptions(options)
  const { history = [], clock = realClock, onEvent = () => {} } = options
  const stopping = new AbortController()
  const { signal } = stopping
  // Every sleeping retry listens; their number is bounded by the sender.
  setMaxListeners(0, signal)

  const outages = createOutageSchedule()
  const accounts = [settings, ...settings.others].map((one) =>
    createSimulatedAccount(one, { clock, outages, signal, onEvent, history: history.filter((call) => call.account === one.account.sid) }),
  )
  const [main] = accounts
  if (main === undefined) throw new Error('there is always a first account')
  const accountOf = (sid: string | undefined) => {
    const found = sid === undefined ? main : accounts.find((one) => one.sid === sid)
    if (found === undefined) throw new TypeError(`there is no account ${sid}: ${accounts.map((one) => one.sid).join(', ')}`)
    return found
  }
  const chosen = (sid: string | undefined) => (sid === undefined ? accounts : [accountOf(sid)])

  const ledger: Ledger = {
    calls: (sid) => (accounts.length === 1 || sid !== undefined ? accountOf(sid).book.all() : accounts.flatMap(({ book }) => book.all())),
    call: (callSid) => accounts.map(({ book }) => book.bySid(callSid)).find((call) => call !== undefined),
    notices: (sid) => chosen(sid).flatMap(({ notices }) => notices.all()),
  }
  const stats = (sid?: string): SimulatorStats => {
    const [first, ...others] = chosen(sid).map((one) => one.stats())
    return addStats(first as SimulatorStats, ...others)
  }
  const now = () => {
    for (const one of accounts) one.beginDueCalls()
    return clock.now()
  }

  const control = createControl({ accounts, accountOf, ledger, stats, outages, now })
  const clusters = [...new Set(accounts.map(({ cluster }) => cluster))]
  const servers: HttpServer[] = []
  try {
    for (const cluster of clusters) {
      servers.push(await serveHttp({ cluster, host: settings.host, port: cluster === main.cluster ? settings.port : settings.otherPort, accounts, outages, control, now, signal }))
    }
  } catch (error) {
    await Promise.all(servers.map((server) => server.close()))
    throw error
  }
  let playing: Promise<void> | null = null
  let stopped: Promise<unknown> | null = null

  return {
    url: (servers[0] as HttpServer).url,
    urls: Object.fromEntries(servers.map(({ url }, nth) => [clusters[nth], url])),
    ledger,
    async play() {
      if (playing !== null) throw new Error('play() was called before: start another simulator to play again')
      for (const outage of settings.outages) outages.add(outage, clock.now())
      playing = Promise.all(accounts.map((one) => one.play())).then(() => {})
      await playing
    },
    makeCall(order, sid) {
      const made = accountOf(sid).order(order)
      if (made === null) throw new Error('too many made calls wait for their webhooks: let some be settled')
      return made.call
    },
    async idle() {
      await Promise.all(accounts.map((one) => one.idle()))
    },
    setWebhookUrl: (webhookUrl, sid) => void accountOf(sid).change({ webhookUrl }),
    change: (patch, sid) => void accountOf(sid).change(patch),
    beginOutage: (outage) => void outages.add(Outage.parse(outage), clock.now()),
    endOutages: () => outages.end(clock.now()),
    stats,
    async stop() {
      stopping.abort()
      stopped ??= Promise.all([...accounts.map((one) => one.close()), ...servers.map((server) => server.close()), playing?.catch(() => {})])
      await stopped
    },
  }
}
