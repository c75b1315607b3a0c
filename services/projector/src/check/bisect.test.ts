import { createHash } from 'node:crypto'
import type { Digest, Places } from '@rollcall/store/check/read-digests'
import type { RowHash } from '@rollcall/store/check/read-row-hashes'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bisect, cut, PARTS, ROWS_MAX, type Sides } from './bisect.ts'

const WHOLE: Places = { from: 0, to: 2 ** 32 }
type Side = ReadonlyMap<string, string>

const places = new Map<string, number>()
const placeOf = (callSid: string): number => {
  const place = places.get(callSid) ?? createHash('sha256').update(callSid).digest().readUInt32BE(0)
  places.set(callSid, place)
  return place
}
const rowsIn = (side: Side, { from, to }: Places): readonly (readonly [string, string])[] => [...side].filter(([callSid]) => placeOf(callSid) >= from && placeOf(callSid) < to)

const digestOf = (side: Side, part: Places): Digest => {
  const rows = rowsIn(side, part).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return { calls: rows.length, sha256: rows.length === 0 ? '' : createHash('sha256').update(rows.flat().join('\n')).digest('hex') }
}

/** Two sides in memory, and how much of them was read. */
const sidesOf = (told: Side, stored: Side): Sides & { readonly read: { rows: number; digests: number } } => {
  const read = { rows: 0, digests: 0 }
  return {
    read,
    digests: async (parts) => {
      read.digests += parts.length
      return parts.map((part) => ({ told: digestOf(told, part), stored: digestOf(stored, part) }))
    },
    rows: async (part) => {
      const rows: RowHash[] = [true, false].flatMap((isTold) => rowsIn(isTold ? told : stored, part).map(([callSid, sha256]) => ({ told: isTold, callSid, sha256 })))
      read.rows += rows.length
      return rows
    },
  }
}

const calls = fc.dictionary(fc.string({ minLength: 1, maxLength: 4 }), fc.constantFrom('a', 'b', 'c'), { maxKeys: 400 }).map((entries): Side => new Map(Object.entries(entries)))

describe('bisecting two sides', () => {
  it('finds exactly the calls that are not the same on both', () =>
    fc.assert(
      fc.asyncProperty(calls, calls, async (told, stored) => {
        const expected = [...new Set([...told.keys(), ...stored.keys()])].filter((callSid) => told.get(callSid) !== stored.get(callSid))
        const { callSids, whole } = await bisect(sidesOf(told, stored), WHOLE, 1_000)
        expect(whole).toBe(true)
        expect([...callSids].sort()).toEqual(expected.sort())
      }),
      { numRuns: 40 },
    ))

  const many: Side = new Map(Array.from({ length: 2_000 }, (_, nth) => [`call-${nth}`, 'same']))
  const other = (changes: readonly (readonly [string, string])[]): Side => new Map([...many, ...changes])

  it('reads few rows where few differ, however many there are', async () => {
    const sides = sidesOf(many, other([['call-7', 'other']]))
    expect(await bisect(sides, WHOLE, 100)).toEqual({ callSids: ['call-7'], whole: true })
    expect(sides.read.rows).toBeLessThanOrEqual(ROWS_MAX)
    expect(sides.read.digests).toBeLessThanOrEqual(4 * PARTS)
  })

  it('reads no row where nothing differs', async () => {
    const sides = sidesOf(many, many)
    expect(await bisect(sides, WHOLE, 100)).toEqual({ callSids: [], whole: true })
    expect(sides.read).toEqual({ rows: 0, digests: PARTS })
  })

  it('ends when it has found as many as are wanted, and says that there are more', async () => {
    const { callSids, whole } = await bisect(sidesOf(many, new Map()), WHOLE, 100)
    expect([callSids.length, whole]).toEqual([100, false])
  })

  it('finds exactly as many as are wanted to be all', async () => {
    const changes = Array.from({ length: 10 }, (_, nth) => [`call-${nth}`, 'other'] as const)
    expect(await bisect(sidesOf(many, other(changes)), WHOLE, 10)).toMatchObject({ callSids: { length: 10 }, whole: true })
  })
})

describe('cutting a range', () => {
  it('gives parts that follow one another, none empty, and make the whole', () =>
    fc.assert(
      fc.property(fc.nat(2 ** 31), fc.integer({ min: 1, max: 2 ** 31 }), fc.integer({ min: 1, max: 40 }), (from, length, parts) => {
        const pieces = cut({ from, to: from + length }, parts)
        expect(pieces.length).toBe(Math.min(parts, length))
        expect([pieces[0]?.from, pieces.at(-1)?.to]).toEqual([from, from + length])
        for (const [nth, piece] of pieces.entries()) {
          expect(piece.from).toBeLessThan(piece.to)
          expect(pieces[nth + 1]?.from ?? piece.to).toBe(piece.to)
        }
      }),
    ))
})
