import { randomInt } from 'node:crypto'
import { numberOption } from '../options/number-option.ts'

/** The options that `start` and `simulator` share: reading, bounds and defaults. */
export const callsPerSecondOption = numberOption({ min: 0.01, max: 1_000, example: 2 })
export const shareOption = numberOption({ min: 0, max: 1, example: 0.2 })
export const seedOption = numberOption({ min: 0, max: 2 ** 31 - 1, integer: true, example: 42 })
export const portOption = numberOption({ min: 1, max: 65_535, integer: true, example: 8180 })

export const CALLS_PER_SECOND_DEFAULT = 2
export const DROP_RATE_DEFAULT = 0.2
export const SIMULATOR_PORT_DEFAULT = 8180

/** Other calls every time, unless a seed is asked for. It is printed, so that a play can be repeated. */
export const drawSeed = (): number => randomInt(2 ** 31)
