import { z } from 'zod'
import { Seconds, Status } from './vendor-field.ts'

const Leg = z.looseObject({ OnCallDuration: Seconds, Status })
export type Leg = z.infer<typeof Leg>

const MISSING: Leg = { OnCallDuration: undefined, Status: undefined }

/**
 * The legs of a call, in order, whichever of Exotel's shapes they come in (contract §§4.3, 5.1, 6):
 * `[{…}, {…}]`; wrapped, `[{"Leg": {"Id": 1, …}}, …]`; or an object by index, as forms write it, counted from 0 or from 1.
 */
export const Legs = z.preprocess((value) => inOrder(value), z.array(Leg).max(100))

/** The leg at a place counted from 1, and a leg that says nothing where there is none. */
export const legAt = (legs: readonly Leg[], place: number): Leg => legs[place - 1] ?? MISSING

const inOrder = (value: unknown): unknown => {
  if (value === undefined || value === null || value === '' || value === 'null') return []
  if (Array.isArray(value)) return byId(value.map(unwrapped))
  if (typeof value !== 'object') return value
  const byIndex = Object.entries(value).filter(([index]) => /^\d{1,2}$/.test(index))
  const base = byIndex.some(([index]) => Number(index) === 0) ? 0 : 1
  return placed(byIndex.map(([index, leg]) => [Number(index) - base, unwrapped(leg)]))
}

const byId = (legs: readonly unknown[]): unknown[] => placed(legs.map((leg, index) => [idOf(leg) ?? index, leg]))

const idOf = (leg: unknown): number | undefined => {
  const id = typeof leg === 'object' && leg !== null && 'Id' in leg ? Number(leg.Id) : Number.NaN
  return Number.isInteger(id) && id >= 1 && id <= 99 ? id - 1 : undefined
}

const placed = (legs: readonly (readonly [place: number, leg: unknown])[]): unknown[] => {
  const length = legs.reduce((most, [place]) => Math.max(most, place + 1), 0)
  const row: unknown[] = Array.from({ length }, () => ({}))
  for (const [place, leg] of legs) row[place] = leg ?? {}
  return row
}

const unwrapped = (leg: unknown): unknown => (typeof leg === 'object' && leg !== null && 'Leg' in leg ? leg.Leg : leg)
