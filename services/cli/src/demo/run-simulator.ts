import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SimulatorClock } from '@rollcall/exotel-simulator/clock/simulator-clock'
import { mergeSettings } from '@rollcall/exotel-simulator/merge-settings'
import type { SimulatorEvent } from '@rollcall/exotel-simulator/simulator-event'
import type { SimulatorStats } from '@rollcall/exotel-simulator/simulator-stats'
import { startSimulator } from '@rollcall/exotel-simulator/start-simulator'
import { demoRateLimit, writeDemoAccount } from './demo-account.ts'
import { demoTraffic, longestCallSeconds } from './demo-traffic.ts'
import { openLedgerFile } from './ledger-file.ts'
import { earlierPlays, messageOf, PLAY, type SimulatorMessage } from './simulator-message.ts'
import type { Overrides } from './simulator-overrides.ts'

export interface SimulatorSettings {
  /** Holds the account's files and the ledger of earlier starts. */
  readonly directory: string
  readonly port: number
  readonly callsPerSecond: number
  /** How many calls in all; null: without end. */
  readonly calls: number | null
  readonly dropRate: number
  readonly duplicateRate: number
  readonly seed: number
  /** Address of ingest; the account's path and secret are added. */
  readonly webhookUrl: string
  /** Null: as much as the traffic needs. */
  readonly rateLimitPerMinute: number | null
  readonly clock: SimulatorClock
  /** Settings that were named one by one: they win. */
  readonly overrides: Overrides
}

export interface SimulatorReport {
  readonly started: (facts: { url: string; accountsFile: string; earlierCalls: number }) => void
  readonly event: (event: SimulatorEvent) => void
  /** Every SUMMARY_MS, and at the end. */
  readonly summary: (stats: SimulatorStats) => void
}

const SUMMARY_MS = 10_000

/** Plays Exotel in this process until told to stop. Where another process started us (IPC), it says when to begin. */
export const runSimulator = async (settings: SimulatorSettings, report: SimulatorReport, stop: AbortSignal): Promise<void> => {
  const { directory, callsPerSecond, dropRate, duplicateRate } = settings
  const traffic = mergeSettings(demoTraffic(callsPerSecond, settings.calls), settings.overrides.traffic ?? {}) as ReturnType<typeof demoTraffic>
  const account = await writeDemoAccount(directory, { baseUrl: `http://127.0.0.1:${settings.port}`, callsPerSecond, longestCallSeconds: longestCallSeconds(traffic) })
  const ledgerFile = openLedgerFile(join(directory, 'ledger.jsonl'))
  const base = {
    port: settings.port,
    account: { sid: account.sid, apiKey: account.apiKey, apiToken: account.apiToken },
    webhookUrl: `${settings.webhookUrl}/hooks/${account.sid}/${account.webhookSecret}`,
    seed: settings.seed,
    traffic,
    faults: { dropRate, duplicateRate },
    rateLimitPerMinute: settings.rateLimitPerMinute ?? demoRateLimit(callsPerSecond),
  }
  const simulator = await startSimulator({
    ...(mergeSettings(base, settings.overrides) as typeof base),
    clock: settings.clock,
    history: ledgerFile.history,
    onEvent: (event) => {
      const call = event.type === 'notice-settled' ? undefined : simulator.ledger.call(event.callSid)
      if (call !== undefined) ledgerFile.note(call, simulator.ledger.calls)
      report.event(event)
      tellParent(messageOf(event))
    },
  })
  report.started({ url: simulator.url, accountsFile: account.accountsFile, earlierCalls: ledgerFile.history.length })
  tellParent({ type: 'earlier', earlier: earlierPlays(ledgerFile.history) })
  try {
    await untilToldToPlay(stop)
    const summaries = summarise(report, simulator.stats, stop)
    if (!stop.aborted) {
      const stopping = once(stop, 'abort').catch(() => {})
      await Promise.race([simulator.play(), stopping])
      // Its calls are made, its API goes on answering.
      tellParent({ type: 'played' })
      if (!stop.aborted) await stopping
    }
    await summaries
  } finally {
    await simulator.stop()
    ledgerFile.write(simulator.ledger.calls())
    report.summary(simulator.stats())
  }
}

const tellParent = (message: SimulatorMessage | null): void => {
  if (message !== null && process.connected) process.send?.(message)
}

const untilToldToPlay = async (stop: AbortSignal): Promise<void> => {
  if (process.send === undefined) return
  for (;;) {
    const [message] = await once(process, 'message', { signal: stop }).catch(() => [PLAY])
    if ((message as { type?: unknown }).type === PLAY.type) return
  }
}

const summarise = async (report: SimulatorReport, stats: () => SimulatorStats, stop: AbortSignal): Promise<void> => {
  while (!stop.aborted) {
    await sleep(SUMMARY_MS, undefined, { signal: stop }).catch(() => {})
    if (!stop.aborted) report.summary(stats())
  }
}
