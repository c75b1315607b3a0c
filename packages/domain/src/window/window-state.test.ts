import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DAY, HOUR, MINUTE, SECOND } from '../time.ts'
import type { ClosingPolicy } from './closing-policy.ts'
import { windowAt } from './window.ts'
import { nextTransition, type Transition, type WindowScan, type WindowState } from './window-state.ts'

const policy: ClosingPolicy = {
  maximumCallMs: 4 * HOUR,
  settleMs: 10 * MINUTE,
  provisionalSettleMs: MINUTE,
  finalScansApartMs: 10 * MINUTE,
  trailingPassesMs: [MINUTE, 3 * MINUTE, 6 * MINUTE],
  historyMs: 180 * DAY,
}
const window = windowAt(Date.UTC(2026, 0, 1))
const LONGEST = policy.maximumCallMs + policy.settleMs
const APART = policy.finalScansApartMs
/** When Exotel may begin to forget, after the window's end. */
const CLIFF = policy.historyMs - (window.to - window.from)

/** A sound scan that began this long after the window's end. */
const scan = (after: number, other: Partial<WindowScan> = {}): WindowScan => ({
  scan: `s${after}`,
  startedAt: window.to + after,
  digest: 'same',
  projected: true,
  unresolved: 0,
  ...other,
})
const unsound = (after: number, other: Partial<WindowScan> = {}): WindowScan => scan(after, { projected: false, ...other })

const OPEN: WindowState = { state: 'open' }
const SETTLING: WindowState = { state: 'settling' }
const PROVISIONAL: WindowState = { state: 'provisional', scan: 'earlier', digest: 'same' }
const FINAL: WindowState = { state: 'final', scans: ['one', 'two'], digest: 'same' }
const AMENDED: WindowState = { state: 'amended', times: 1, scan: 'later', digest: 'same' }
const GAP: WindowState = { state: 'gap' }

const move = (current: WindowState | null, scans: readonly WindowScan[], after: number): Transition | null => nextTransition(window, current, scans, window.to + after, policy)
/** The state and its reason, or `stays`. */
const told = (moved: Transition | null): string => (moved === null ? 'stays' : `${moved.to.state}: ${moved.reason}`)

/** Every kind of evidence, and the time at which it is weighed, after the window's end. */
const EVIDENCE: Readonly<Record<string, readonly [readonly WindowScan[], number]>> = {
  'nothing, while it runs': [[], -1],
  'nothing, since it ended': [[], 0],
  'a scan while it ran': [[scan(-SECOND)], 2 * MINUTE],
  'a scan before it settled': [[scan(59 * SECOND)], 2 * MINUTE],
  'an unsound scan': [[unsound(MINUTE, { digest: 'other' })], 2 * MINUTE],
  'a sound scan': [[scan(MINUTE)], 2 * MINUTE],
  'another listing': [[scan(MINUTE), scan(3 * MINUTE, { digest: 'other' })], 4 * MINUTE],
  'another listing, unsound': [[scan(MINUTE), unsound(3 * MINUTE, { digest: 'other' })], 4 * MINUTE],
  'equal scans too early': [[scan(MINUTE), scan(LONGEST - 1)], LONGEST],
  'equal scans of which the first is too early': [[scan(LONGEST - 1), scan(LONGEST + APART)], LONGEST + HOUR],
  'equal scans too close together': [[scan(LONGEST), scan(LONGEST + APART - 1)], LONGEST + HOUR],
  'scans that differ at the end': [[scan(LONGEST), scan(LONGEST + APART, { digest: 'other' })], LONGEST + HOUR],
  'equal scans, another between': [[scan(LONGEST), scan(LONGEST + MINUTE, { digest: 'other' }), scan(LONGEST + APART)], LONGEST + HOUR],
  'equal scans, a call unexplained': [[scan(LONGEST), scan(LONGEST + APART, { unresolved: 1 })], LONGEST + HOUR],
  'equal scans, the second unsound': [[scan(LONGEST), unsound(LONGEST + APART)], LONGEST + HOUR],
  'equal scans, the first unsound': [[unsound(LONGEST), scan(LONGEST + APART)], LONGEST + HOUR],
  'two equal scans': [[scan(LONGEST), scan(LONGEST + APART)], LONGEST + HOUR],
  'two equal scans of another listing': [[scan(LONGEST, { digest: 'other' }), scan(LONGEST + APART, { digest: 'other' })], LONGEST + HOUR],
  'a moment before the cliff': [[], CLIFF - 1],
  'the cliff': [[], CLIFF],
  'the cliff, after one sound scan': [[scan(LONGEST)], CLIFF],
  'the cliff, after two equal scans': [[scan(LONGEST), scan(LONGEST + APART)], CLIFF],
  'an empty listing from beyond the cliff': [[scan(CLIFF, { digest: 'none' }), scan(CLIFF + APART, { digest: 'none' })], CLIFF + HOUR],
}

/** What becomes of a window in each state; `stays` where it is not said. */
const TABLE: Readonly<Record<keyof typeof EVIDENCE, Readonly<Record<string, string>>>> = {
  'nothing, while it runs': { none: 'open: made' },
  'nothing, since it ended': { none: 'settling: made', open: 'settling: ended' },
  'a scan while it ran': { open: 'settling: ended' },
  'a scan before it settled': { open: 'settling: ended' },
  'an unsound scan': { open: 'settling: ended' },
  'a sound scan': { open: 'provisional: sound-scan', settling: 'provisional: sound-scan', gap: 'provisional: sound-scan' },
  'another listing': {
    open: 'provisional: sound-scan',
    settling: 'provisional: sound-scan',
    gap: 'provisional: sound-scan',
    provisional: 'provisional: listing-differs',
    final: 'amended: listing-differs',
    amended: 'amended: listing-differs',
  },
  'another listing, unsound': { open: 'provisional: sound-scan', settling: 'provisional: sound-scan', gap: 'provisional: sound-scan' },
  'equal scans too early': { open: 'provisional: sound-scan', settling: 'provisional: sound-scan', gap: 'provisional: sound-scan' },
  'equal scans of which the first is too early': { open: 'provisional: sound-scan', settling: 'provisional: sound-scan', gap: 'provisional: sound-scan' },
  'equal scans too close together': { open: 'provisional: sound-scan', settling: 'provisional: sound-scan', gap: 'provisional: sound-scan' },
  'scans that differ at the end': {
    open: 'provisional: sound-scan',
    settling: 'provisional: sound-scan',
    gap: 'provisional: sound-scan',
    provisional: 'provisional: listing-differs',
    final: 'amended: listing-differs',
    amended: 'amended: listing-differs',
  },
  'equal scans, another between': { open: 'provisional: sound-scan', settling: 'provisional: sound-scan', gap: 'provisional: sound-scan' },
  'equal scans, a call unexplained': { open: 'provisional: sound-scan', settling: 'provisional: sound-scan', gap: 'provisional: sound-scan' },
  'equal scans, the second unsound': { open: 'provisional: sound-scan', settling: 'provisional: sound-scan', gap: 'provisional: sound-scan' },
  'equal scans, the first unsound': { open: 'provisional: sound-scan', settling: 'provisional: sound-scan', gap: 'provisional: sound-scan' },
  'two equal scans': { open: 'final: equal-scans', settling: 'final: equal-scans', gap: 'final: equal-scans', provisional: 'final: equal-scans' },
  'two equal scans of another listing': {
    open: 'final: equal-scans',
    settling: 'final: equal-scans',
    gap: 'final: equal-scans',
    provisional: 'final: equal-scans',
    final: 'amended: listing-differs',
    amended: 'amended: listing-differs',
  },
  'a moment before the cliff': { open: 'settling: ended' },
  'the cliff': { none: 'gap: made', open: 'gap: beyond-history', settling: 'gap: beyond-history', provisional: 'gap: beyond-history' },
  'the cliff, after one sound scan': { none: 'gap: made', open: 'gap: beyond-history', settling: 'gap: beyond-history', provisional: 'gap: beyond-history' },
  'the cliff, after two equal scans': {
    none: 'gap: made',
    open: 'final: equal-scans',
    settling: 'final: equal-scans',
    provisional: 'final: equal-scans',
    gap: 'final: equal-scans',
  },
  'an empty listing from beyond the cliff': { none: 'gap: made', open: 'gap: beyond-history', settling: 'gap: beyond-history', provisional: 'gap: beyond-history' },
}
const STATES: Readonly<Record<string, WindowState | null>> = { none: null, open: OPEN, settling: SETTLING, provisional: PROVISIONAL, final: FINAL, amended: AMENDED, gap: GAP }

describe.each(Object.keys(STATES))('a window that is %s', (name) => {
  it.each(Object.entries(EVIDENCE))('given %s', (evidence, [scans, after]) => {
    const made = after < 0 ? 'open: made' : 'settling: made'
    expect(told(move(STATES[name] ?? null, scans, after))).toBe(TABLE[evidence]?.[name] ?? (name === 'none' ? made : 'stays'))
  })
})

describe('a move of a window', () => {
  it('names the scans that made it, and what they listed', () => {
    const [one, two] = [scan(LONGEST), scan(LONGEST + APART)]
    expect(move(SETTLING, [one, two], LONGEST + HOUR)).toEqual({ to: { state: 'final', scans: [one.scan, two.scan], digest: 'same' }, reason: 'equal-scans', evidence: [one, two] })
    const differing = scan(LONGEST + DAY, { digest: 'other' })
    expect(move(FINAL, [one, two, differing], LONGEST + DAY)).toEqual({
      to: { state: 'amended', times: 1, scan: differing.scan, digest: 'other' },
      reason: 'listing-differs',
      evidence: [differing],
    })
  })

  it('is counted where it amends, every time that a listing differs from the one known', () => {
    const later = [scan(LONGEST + DAY, { digest: 'other' }), scan(LONGEST + 2 * DAY)]
    const amended = move(FINAL, later.slice(0, 1), LONGEST + DAY)?.to ?? OPEN
    expect(move(amended, later.slice(0, 1), LONGEST + 2 * DAY)).toBeNull()
    expect(move(amended, later, LONGEST + 2 * DAY)?.to).toEqual({ state: 'amended', times: 2, scan: later[1]?.scan, digest: 'same' })
  })

  it('out of a gap takes evidence: that the time of history was set too short is none', () => {
    const longer = { ...policy, historyMs: 2 * policy.historyMs }
    expect(nextTransition(window, GAP, [], window.to + CLIFF, longer)).toBeNull()
    expect(told(nextTransition(window, GAP, [scan(CLIFF)], window.to + CLIFF, longer))).toBe('provisional: sound-scan')
  })
})

const scans = fc
  .array(
    fc.record({
      after: fc.oneof(fc.integer({ min: -HOUR, max: LONGEST + HOUR }), fc.integer({ min: CLIFF - HOUR, max: CLIFF + HOUR })),
      digest: fc.constantFrom('same', 'other', 'third'),
      projected: fc.boolean(),
      unresolved: fc.nat(1),
    }),
    { maxLength: 8 },
  )
  .map((given) => given.map(({ after, ...other }, nth) => scan(after, { ...other, scan: `s${nth}` })))
const state = fc.constantFrom(...Object.values(STATES))
const times = fc.integer({ min: -HOUR, max: CLIFF + DAY })

describe('whatever the evidence, a window', () => {
  it('is never final on a scan that began before the longest call had ended and settled, nor on two that are too close', () => {
    fc.assert(
      fc.property(state, scans, times, (current, given, after) => {
        const moved = move(current, given, after)
        if (moved?.to.state !== 'final') return
        const [first, last] = moved.evidence.map(({ startedAt }) => startedAt)
        expect(first).toBeGreaterThanOrEqual(window.to + LONGEST)
        expect((last ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(APART)
      }),
    )
  })

  it('is moved by no unsound scan, and by none from beyond the cliff', () => {
    fc.assert(
      fc.property(state, scans, scans, times, (current, given, others, after) => {
        fc.pre(move(current, given, after) === null)
        const idle = others.map((each, nth) => ({ ...each, scan: `i${nth}` })).filter(({ projected, startedAt }) => !projected || startedAt >= window.to + CLIFF)
        expect(move(current, [...given, ...idle], after)).toBeNull()
      }),
    )
  })

  it('goes where it goes in whatever order the evidence is given', () => {
    const shuffled = scans.chain((given) => fc.tuple(fc.constant(given), fc.shuffledSubarray(given, { minLength: given.length })))
    fc.assert(
      fc.property(state, shuffled, times, (current, [given, other], after) => {
        expect(move(current, other, after)).toEqual(move(current, given, after))
      }),
    )
  })

  it('is moved once by it, and no further', () => {
    fc.assert(
      fc.property(state, scans, times, (current, given, after) => {
        const moved = move(current, given, after)
        if (moved !== null && current !== null) expect(move(moved.to, given, after)).toBeNull()
      }),
    )
  })

  it('never goes back, except out of a gap by evidence, and is amended once at a time', () => {
    const ORDER = ['open', 'settling', 'provisional', 'final', 'amended']
    fc.assert(
      fc.property(state, scans, times, (current, given, after) => {
        const moved = move(current, given, after)
        if (moved === null || current === null) return
        if (moved.to.state === 'gap') {
          expect(['open', 'settling', 'provisional']).toContain(current.state)
          return
        }
        if (current.state === 'gap') expect(moved.evidence).not.toEqual([])
        expect(ORDER.indexOf(moved.to.state)).toBeGreaterThanOrEqual(ORDER.indexOf(current.state))
        if (moved.to.state === 'amended') expect(moved.to.times).toBe(current.state === 'amended' ? current.times + 1 : 1)
      }),
    )
  })

  it('stands for the listing of the newest scan that moved it', () => {
    fc.assert(
      fc.property(state, scans, times, (current, given, after) => {
        const moved = move(current, given, after)
        if (moved !== null && 'digest' in moved.to) expect(moved.to.digest).toBe(moved.evidence.at(-1)?.digest)
      }),
    )
  })
})
