import { describe, expect, it } from 'vitest'
import { LiveSettings, patchSettings } from './live-settings.ts'

const before = LiveSettings.parse({ faults: { dropRate: 0.1, surfaces: { passthru: { dropRate: 0.9 } } } })

describe('changing settings', () => {
  it('changes what is named and nothing beside it', () => {
    expect(patchSettings(before, { faults: { delay: { rate: 0.5 } } })).toEqual({ ...before, faults: { ...before.faults, delay: { ...before.faults.delay, rate: 0.5 } } })
    expect(patchSettings(before, { faults: { surfaces: { popup: { dropRate: 1 } } } }).faults.surfaces).toEqual({ passthru: { dropRate: 0.9 }, popup: { dropRate: 1 } })
    expect(patchSettings(before, {})).toEqual(before)
  })

  it.each([{ faults: { dropRate: -1 } }, { faults: { unheardOf: 1 } }, { seed: 2 }, { webhookUrl: 'nowhere' }, null, 7])('refuses %j', (patch) => {
    expect(() => patchSettings(before, patch)).toThrow(TypeError)
  })
})
