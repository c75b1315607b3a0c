import { z } from 'zod'
import { meaningfulText } from './meaningful-text.ts'
import { NOT_QUICK, quickly, quickReadOf } from './quick-read.ts'
import { Seconds, Status } from './vendor-field.ts'

const Leg = z.object({ OnCallDuration: Seconds, Status })
export type Leg = z.infer<typeof Leg>

const readLeg = quickReadOf(Leg)

export const LEGS_MAX = 100

/**
 * The legs of a call, in order, whichever of Exotel's shapes they come in (contract §§4.3, 5.1, 6):
 * `[{…}, {…}]`; wrapped, `[{"Leg": {"Id": 1, …}}, …]`; or an object by index, as forms write it, counted from 0 or from 1.
 */
export const Legs = quickly(
  z.preprocess((value) => inOrder(value), z.array(Leg).max(LEGS_MAX)),
  (value) => {
    const legs = inOrder(value)
    if (!Array.isArray(legs) || legs.length > LEGS_MAX) return NOT_QUICK
    const read = legs.map(readLeg)
    return read.includes(NOT_QUICK) ? NOT_QUICK : read
  },
)

/** For each place, counted from 0, the keys that lead to its leg in what was sent: `['1']`, or `['0', 'Leg']` where it is wrapped. */
export const legKeys = (value: unknown): readonly (readonly string[] | undefined)[] => {
  const keys: (readonly string[])[] = []
  for (const { place, key, wrapped } of placesIn(value)) keys[place] = wrapped ? [key, 'Leg'] : [key]
  return keys
}

const inOrder = (value: unknown): unknown => {
  if (value === undefined || value === null || value === '' || value === 'null') return []
  if (typeof value !== 'object') return value
  const legs: unknown[] = []
  for (const { place, leg } of placesIn(value)) {
    while (legs.length < place) legs.push({})
    legs[place] = leg ?? {}
  }
  return legs
}

interface Placed {
  readonly place: number
  readonly key: string
  readonly wrapped: boolean
  readonly leg: unknown
}

const placesIn = (value: unknown): readonly Placed[] => {
  if (Array.isArray(value)) return value.slice(0, LEGS_MAX + 1).map((item, index) => placed(item, String(index), index))
  if (typeof value !== 'object' || value === null) return []
  const byIndex = Object.entries(value).filter(([index]) => /^\d{1,2}$/.test(index))
  const base = byIndex.some(([index]) => Number(index) === 0) ? 0 : 1
  return byIndex.map(([index, item]) => ({ ...placed(item, index, Number(index) - base), place: Number(index) - base }))
}

const placed = (item: unknown, key: string, index: number): Placed => {
  const wrapped = typeof item === 'object' && item !== null && 'Leg' in item
  const leg = wrapped ? item.Leg : item
  return { place: idOf(leg) ?? index, key, wrapped, leg }
}

const idOf = (leg: unknown): number | undefined => {
  if (typeof leg !== 'object' || leg === null || !('Id' in leg)) return undefined
  const id = Number(meaningfulText(leg.Id))
  return Number.isInteger(id) && id >= 1 && id <= LEGS_MAX ? id - 1 : undefined
}
