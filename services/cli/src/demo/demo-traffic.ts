import type { SimulatorOptions } from '@rollcall/exotel-simulator/simulator-options'
import { CALL_SECONDS_MAX } from '@rollcall/exotel-simulator/traffic-plan'

/**
 * Calls short enough to be seen ending, of every kind that a customer has: with webhooks in all encodings, by Passthru, and with
 * none by nature. What comes late about a call comes within the account's maximumCallSeconds + settleSeconds (demo-account.ts).
 */
export const demoTraffic = (callsPerSecond: number, calls: number | null): NonNullable<SimulatorOptions['traffic']> => ({
  callsPerSecond,
  calls,
  callSeconds: { mean: 8, max: 20 },
  kinds: { 'outbound-extended': 45, 'outbound-flow': 15, 'inbound-passthru': 25, 'inbound-abandoned': 5, 'inbound-silent': 5, dashboard: 5 },
  encodings: { json: 1, urlencoded: 1, multipart: 1 },
  finalisationLagSeconds: { min: 0, max: 8 },
  recordingLagSeconds: { min: 2, max: 12 },
  listLagSeconds: { min: 0, max: 5 },
})

/** No call of this traffic is longer. */
export const longestCallSeconds = ({ callSeconds, longCalls }: NonNullable<SimulatorOptions['traffic']>): number =>
  Math.max(callSeconds?.max ?? 0, (longCalls?.share ?? 0) > 0 ? (longCalls?.maxSeconds ?? CALL_SECONDS_MAX) : 0)
