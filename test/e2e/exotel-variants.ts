import { CALL_KINDS } from '@rollcall/exotel-simulator/calls/call-kind'
import type { SimulatorOptions } from '@rollcall/exotel-simulator/simulator-options'
import { UNKNOWNS } from '@rollcall/exotel-simulator/unknowns'
import { RETRY_PROFILE_NAMES } from '@rollcall/exotel-simulator/webhooks/retry-profile'

type Groups = Partial<Pick<SimulatorOptions, 'traffic' | 'webhooks' | 'api' | 'apiFaults' | 'faults' | 'notices' | 'rateLimitPerMinute'>> & {
  readonly account?: { readonly utcOffsetMinutes?: number }
}

/** One account of an Exotel that behaves in one of the ways it may. */
export interface Variant {
  readonly sid: string
  readonly title: string
  readonly settings: Groups
}

const CALLS = 40
const CALLS_SECONDS = 1_200
export const LONGEST_CALL_SECONDS = 120

/** Every kind of call, and enough lost webhooks for the list to matter. */
const BASE = {
  traffic: {
    calls: CALLS,
    callsPerSecond: CALLS / CALLS_SECONDS,
    callSeconds: { mean: 30, max: LONGEST_CALL_SECONDS },
    kinds: Object.fromEntries(CALL_KINDS.map((kind) => [kind, 1])),
    campaignCallbacks: true,
  },
  webhooks: { retries: 'twice-at-once' },
  faults: { dropRate: 0.1, duplicateRate: 0.05, reorderRate: 0.05 },
  rateLimitPerMinute: 0,
} as const satisfies Groups

/** What only shows in answers to too many requests: some are answered so. */
const LIMITED = { apiFaults: { limitedRate: 0.15 } } as const satisfies Groups

const withValue = (base: Groups, setting: string, value: unknown): Groups => {
  const [group, name] = setting.split('.') as [keyof Groups, string]
  return { ...base, [group]: { ...(base[group] as object | undefined), [name]: value } }
}

/** Each value of each thing that nobody knows of Exotel (contract §19). */
const UNKNOWN_VARIANTS: readonly Variant[] = UNKNOWNS.flatMap(({ name, setting, values }) =>
  values.map((value, nth) => ({
    sid: `${name}-${nth}`,
    title: `${setting} ${JSON.stringify(value)}`,
    settings: withValue(name.startsWith('rate-') || name === 'retry-after' ? { ...BASE, ...LIMITED } : BASE, setting, value),
  })),
)

/** Everything that goes wrong on the way without anything being lost for good. */
const FAULTS = {
  dropRate: 0.1,
  duplicateRate: 0.05,
  reorderRate: 0.1,
  recordingAbsentRate: 0.1,
  caseChangedRate: 0.1,
  cancelledRate: 0.2,
  extraFieldsRate: 0.2,
  legsFromOneRate: 0.2,
  listRenderedRate: 0.1,
  probeRate: 0.1,
  delay: { rate: 0.1, seconds: 10, secondsMax: 600 },
} as const

/** Every encoding under every retry schedule, with the full mix of calls, SMS and heartbeats beside them. */
const MIX_VARIANTS: readonly Variant[] = (['json', 'urlencoded', 'multipart'] as const).flatMap((encoding) =>
  RETRY_PROFILE_NAMES.map((retries) => ({
    sid: `mix-${encoding}-${retries}`,
    title: `every kind of call, ${encoding}, retried as ${retries}`,
    settings: {
      ...BASE,
      traffic: { ...BASE.traffic, encodings: { [encoding]: 1 } },
      webhooks: { retries, emptyParts: 'mixed', boundary: 'webkit' },
      faults: FAULTS,
      notices: { heartbeat: { everySeconds: 300, warningRate: 0.3 }, sms: { perSecond: 0.01 } },
    },
  })),
)

export const VARIANTS: readonly Variant[] = [...UNKNOWN_VARIANTS, ...MIX_VARIANTS]
