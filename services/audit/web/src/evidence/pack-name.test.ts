import { describe, expect, it } from 'vitest'
import { packName } from './pack-name.ts'

describe('the name of a pack', () => {
  it.each([
    ['2026-11-24T18:30:00.000Z', '2026-11-25T18:30:00.000Z', 'acme-2026-11-25.pack.zip'],
    ['2026-11-25T06:00:00.000Z', '2026-11-25T06:05:00.000Z', 'acme-2026-11-25T06-00-00Z--2026-11-25T06-05-00Z.pack.zip'],
    ['2026-11-24T18:35:00.000Z', '2026-11-25T18:30:00.000Z', 'acme-2026-11-24T18-35-00Z--2026-11-25T18-30-00Z.pack.zip'],
    ['2026-11-24T18:30:00.000Z', '2026-11-24T18:35:00.000Z', 'acme-2026-11-24T18-30-00Z--2026-11-24T18-35-00Z.pack.zip'],
  ])('from %s to %s is %s', (from, to, name) => expect(packName('acme', { from, to })).toBe(name))
})
