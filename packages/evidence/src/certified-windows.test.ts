import { WINDOW_MS } from '@rollcall/domain/window/window'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { certifiedWindows, PART_WINDOWS_MAX } from './certified-windows.ts'
import type { CertifiedCalls } from './evidence-source.ts'

const FROM = Date.UTC(2026, 0, 1)

/** Sizes of windows from FROM on; null: not certified. */
const readAll = async (sizes: readonly (number | null)[]) => {
  const asked: number[] = []
  const certified = sizes.flatMap((bytes, nth): CertifiedCalls[] =>
    bytes === null ? [] : [{ windowFrom: FROM + nth * WINDOW_MS, certificates: [], packedLeaves: Buffer.alloc(bytes) }],
  )
  const source = {
    windows: async (_: string, from: number, to: number) => {
      asked.push((to - from) / WINDOW_MS)
      return certified.filter(({ windowFrom }) => windowFrom >= from && windowFrom < to)
    },
  }
  const read: number[] = []
  for await (const { windowFrom } of certifiedWindows(source, 'acme', FROM, FROM + sizes.length * WINDOW_MS)) read.push(windowFrom)
  return { asked, read, certified: certified.map(({ windowFrom }) => windowFrom) }
}

it('every certified window is read once and in order, however large they are', () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.option(fc.constantFrom(0, 1_000, 200_000, 260_000, 600_000)), { maxLength: 60 }), async (sizes) => {
      const { asked, read, certified } = await readAll(sizes)
      expect(read).toEqual(certified)
      expect(asked.reduce((sum, windows) => sum + windows, 0)).toBe(sizes.length)
      expect(Math.max(0, ...asked)).toBeLessThanOrEqual(PART_WINDOWS_MAX)
    }),
    { numRuns: 50 },
  ))

it('large ones are read one by one, small ones some at a time', async () => {
  expect((await readAll(Array.from({ length: 20 }, () => 600_000))).asked).toEqual(Array.from({ length: 20 }, () => 1))
  expect((await readAll(Array.from({ length: 31 }, () => 1_000))).asked).toEqual([1, 2, 4, 8, 8, 8])
})

it('after quiet windows, busy ones are soon read one by one', async () =>
  expect((await readAll([...Array.from({ length: 15 }, () => 1_000), ...Array.from({ length: 16 }, () => 600_000)])).asked).toEqual([1, 2, 4, 8, 8, 4, 2, 1, 1]))
