import { createRandom, type Random } from '@rollcall/exotel-simulator/random'
import { READ_PATIENCE_MS } from '@rollcall/segment-log/read-segments'
import { DISK_FAULTS, type DiskFault } from './simulated-disk.ts'
import { FAIR_WEATHER, type LogWeather } from './simulated-log.ts'

/** All that chance decides before a run begins. Times are milliseconds from its beginning. */
export interface RunPlan {
  readonly seed: number
  readonly webhooks: readonly PlannedWebhook[]
  /** What a sender does that was not answered with 200 within 15 s: as often again. */
  readonly retries: 0 | 2
  readonly network: { readonly requestLost: number; readonly answerLost: number }
  readonly spool: { readonly segmentBytesMax: number; readonly tailBytesMax: number; readonly pendingBytesMax: number; readonly bytesMax: number; readonly waitMs: number }
  readonly projectors: number
  readonly partitions: number
  readonly happenings: readonly Happening[]
  /** From when on nothing goes wrong any more. */
  readonly calmFromMs: number
}

export interface PlannedWebhook {
  readonly atMs: number
  readonly call: number
  readonly status: string
  /** Of what fills the body up. */
  readonly fillBytes: number
  /** No reader understands it. */
  readonly isPoison: boolean
}

export type Happening = { readonly atMs: number } & (
  | { readonly what: 'ingest-killed' | 'ingest-stopped' | 'power-cut' | 'bit-flip'; readonly downMs: number }
  | { readonly what: 'page-bad' }
  | { readonly what: 'reads-fail'; readonly rate: number }
  | { readonly what: 'ingest-paused'; readonly forMs: number }
  | { readonly what: 'ingest-clock'; readonly aheadMs: number }
  | { readonly what: 'disk'; readonly fault: DiskFault | null; readonly rate: number }
  | { readonly what: 'log'; readonly weather: LogWeather }
  | { readonly what: 'projector-killed' | 'projector-stopped'; readonly which: number; readonly downMs: number }
  | { readonly what: 'projector-paused'; readonly which: number; readonly forMs: number }
  | { readonly what: 'postgres-crashed'; readonly commitsLost: number }
  | { readonly what: 'postgres-away'; readonly isAway: boolean }
  | { readonly what: 'commits-lost'; readonly rate: number }
)

const SECOND = 1_000
const HOUR = 3_600 * SECOND
const STATUSES = ['in-progress', 'completed', 'busy', 'no-answer', 'failed'] as const
/** Less than a reader's patience. */
const READS_FAIL_MS_MAX = 0.8 * READ_PATIENCE_MS
const NEVER = Number.POSITIVE_INFINITY
/** One run in so many has a backlog of several full batches. */
const DEEP_EVERY = 100
/** One in so many lasts long enough for old segments to be dropped, with the log away for most of it. */
const LONG_EVERY = 40

export const planRun = (seed: number): RunPlan => {
  const random = createRandom(seed, 1)
  const isDeep = random.chance(1 / DEEP_EVERY)
  const isLong = !isDeep && random.chance(1 / LONG_EVERY)
  const calmFromMs = (isLong ? 70 + 60 * random.unit() : 4 + 13 * random.unit()) * SECOND
  const kind = isDeep ? 'deep' : isLong ? 'long' : 'usual'
  const outages = kind === 'usual' ? spans(random, calmFromMs, sometimes(random, 0.8) * 4) : [[0, 0.8 * calmFromMs] as const]
  return {
    seed,
    webhooks: webhooks(random, kind, calmFromMs, outages),
    retries: random.chance(0.5) ? 0 : 2,
    network: { requestLost: sometimes(random, 0.3) * 0.1, answerLost: sometimes(random, 0.4) * 0.15 },
    spool: {
      segmentBytesMax: oneOf(random, isLong ? [1_500, 6_000] : [1_500, 6_000, 40_000, 16 * 1024 * 1024]),
      tailBytesMax: oneOf(random, [0, 3_000, 32 * 1024 * 1024]),
      pendingBytesMax: isDeep || random.chance(0.8) ? 64 * 1024 * 1024 : 12_000,
      bytesMax: isLong ? 1 : oneOf(random, [1, 20_000, 1024 ** 3]),
      waitMs: oneOf(random, [0, 300, 2_000, 2_000]),
    },
    projectors: random.chance(0.5) ? 1 : 2,
    partitions: random.integer(1, 3),
    happenings: [
      ...ingestHappenings(random, calmFromMs, outages),
      ...diskHappenings(random, calmFromMs),
      // Drawn apart: a run without any of these is what it was before there were such faults.
      ...readHappenings(createRandom(seed, 8), calmFromMs, outages),
      ...logHappenings(random, kind, calmFromMs, outages),
      ...projectorHappenings(random, calmFromMs),
      ...postgresHappenings(random, calmFromMs),
    ].toSorted((a, b) => a.atMs - b.atMs),
    calmFromMs,
  }
}

type Kind = 'usual' | 'deep' | 'long'
/** A time in which the log fails, half-open. */
type Span = readonly [from: number, to: number]

/** Mostly while the log fails: then what is on the disk is nowhere else. */
const someTime = (random: Random, untilMs: number, outages: readonly Span[]): number => {
  const [from, to] = outages.length > 0 && random.chance(0.7) ? oneOf(random, outages) : [0, untilMs]
  return from + random.unit() * (to - from)
}

const webhooks = (random: Random, kind: Kind, calmFromMs: number, outages: readonly Span[]): readonly PlannedWebhook[] => {
  const isDeep = kind === 'deep'
  const count = isDeep ? random.integer(900, 1_400) : random.integer(8, kind === 'long' ? 25 : 45)
  const calls = Math.max(2, Math.floor(count / random.integer(1, 6)))
  const bursts = random.integer(1, 8)
  const burstAt = Array.from({ length: bursts }, () => someTime(random, calmFromMs, outages))
  return Array.from({ length: count }, () => ({
    atMs: random.chance(0.5) ? random.unit() * calmFromMs : (burstAt[random.integer(0, bursts - 1)] ?? 0) + 20 * random.unit(),
    call: random.integer(1, calls),
    status: oneOf(random, STATUSES),
    fillBytes: isDeep ? 0 : random.chance(0.1) ? random.integer(2_000, 20_000) : random.integer(0, 400),
    isPoison: random.chance(0.03),
  })).toSorted((a, b) => a.atMs - b.atMs)
}

const ingestHappenings = (random: Random, untilMs: number, outages: readonly Span[]): readonly Happening[] => {
  const times = random.integer(0, 4)
  const harsh = random.unit()
  return Array.from({ length: times }, (): Happening => {
    const [atMs, downMs] = [someTime(random, untilMs, outages), random.exponential(800)]
    const which = random.unit()
    if (which < 0.3) return { atMs, what: 'ingest-killed', downMs }
    if (which < 0.3 + 0.3 * harsh) return { atMs, what: 'power-cut', downMs }
    if (which < 0.7) return { atMs, what: 'ingest-stopped', downMs }
    if (which < 0.8) return { atMs, what: 'ingest-paused', forMs: random.exponential(4 * SECOND) }
    if (which < 0.93) return { atMs, what: 'ingest-clock', aheadMs: oneOf(random, [-2 * HOUR, 2 * HOUR, 26 * HOUR, 0]) }
    return { atMs, what: 'bit-flip', downMs: 0 }
  })
}

/** Spans of one fault each. */
const diskHappenings = (random: Random, untilMs: number): readonly Happening[] =>
  spans(random, untilMs, sometimes(random, 0.5) * 3).flatMap(([from, to]): Happening[] => [
    { atMs: from, what: 'disk', fault: oneOf(random, DISK_FAULTS), rate: random.chance(0.3) ? 1 : 0.5 * random.unit() },
    { atMs: to, what: 'disk', fault: null, rate: 0 },
  ])

/**
 * Reads that fail for a while, which nothing may be lost by: whoever reads has more patience. And pages that the disk does not give any more.
 * One run in eight has either.
 */
const readHappenings = (random: Random, untilMs: number, outages: readonly Span[]): readonly Happening[] => {
  const which = random.unit()
  if (which < 1 / 16) return Array.from({ length: random.integer(1, 3) }, () => ({ atMs: someTime(random, untilMs, outages), what: 'page-bad' }))
  if (which > 1 / 8) return []
  const from = someTime(random, untilMs, outages)
  return [
    { atMs: from, what: 'reads-fail', rate: random.chance(0.5) ? 1 : random.unit() },
    { atMs: Math.min(untilMs, from + random.unit() * READS_FAIL_MS_MAX), what: 'reads-fail', rate: 0 },
  ]
}

const logHappenings = (random: Random, kind: Kind, untilMs: number, outages: readonly Span[]): readonly Happening[] =>
  outages.flatMap(([from, to]): Happening[] => [
    { atMs: from, what: 'log', weather: weather(random, kind === 'deep' || (kind === 'long' && random.chance(0.7))) },
    { atMs: to, what: 'log', weather: kind === 'deep' ? { ...FAIR_WEATHER, refuses: 0.3, losesAnswer: 0.2, latencyMs: 200 } : FAIR_WEATHER },
    ...(kind === 'deep' ? [{ atMs: untilMs, what: 'log', weather: FAIR_WEATHER } as const] : []),
  ])

const weather = (random: Random, isAway: boolean): LogWeather => {
  if (isAway || random.chance(0.5)) return { ...FAIR_WEATHER, isAway: true }
  return { isAway: false, refuses: random.unit() * 0.5, losesAnswer: random.unit() * 0.3, late: random.unit() * 0.2, latencyMs: oneOf(random, [2, 50, 3_000, 15_000]) }
}

const projectorHappenings = (random: Random, untilMs: number): readonly Happening[] =>
  Array.from({ length: random.integer(0, 3) }, (): Happening => {
    const [atMs, which, downMs] = [random.unit() * untilMs, random.integer(0, 1), random.exponential(2 * SECOND)]
    const fate = random.unit()
    if (fate < 0.4) return { atMs, what: 'projector-killed', which, downMs }
    if (fate < 0.6) return { atMs, what: 'projector-stopped', which, downMs }
    return { atMs, what: 'projector-paused', which, forMs: random.exponential(8 * SECOND) }
  })

const postgresHappenings = (random: Random, untilMs: number): readonly Happening[] => {
  const crashes = Array.from(
    { length: random.integer(0, 2) },
    (): Happening => ({ atMs: random.unit() * untilMs, what: 'postgres-crashed', commitsLost: random.chance(0.5) ? 0 : random.integer(1, 12) }),
  )
  const outages = spans(random, untilMs, sometimes(random, 0.2)).flatMap(([from, to]): Happening[] => [
    { atMs: from, what: 'postgres-away', isAway: true },
    { atMs: to, what: 'postgres-away', isAway: false },
  ])
  return [...crashes, ...outages, { atMs: 0, what: 'commits-lost', rate: sometimes(random, 0.5) * 0.2 }, { atMs: untilMs, what: 'commits-lost', rate: 0 }]
}

/** Up to `most` spans that do not overlap, in order. */
const spans = (random: Random, untilMs: number, most: number): readonly Span[] => {
  const found: [number, number][] = []
  let at = 0
  for (let left = Math.ceil(most); left > 0; left -= 1) {
    const from = at + random.unit() * (untilMs - at)
    const to = Math.min(untilMs, from + random.exponential(untilMs / 5))
    found.push([from, to])
    at = to
  }
  return found.filter(([from, to]) => to > from && from < NEVER)
}

/** 0 mostly, and somewhere in (0, 1) with this chance. */
const sometimes = (random: Random, chance: number): number => {
  const [much, isSo] = [random.unit(), random.chance(chance)]
  return isSo ? much : 0
}

const oneOf = <T>(random: Random, items: readonly T[]): T => items[random.integer(0, items.length - 1)] as T
