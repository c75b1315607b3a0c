import { expect, it } from 'vitest'
import { LANE_GROUPS, LANES } from './lane.ts'

it('puts every lane into exactly one group', () => {
  expect(Object.values(LANE_GROUPS).flat().toSorted()).toEqual([...LANES].toSorted())
})
