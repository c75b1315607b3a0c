import { z } from 'zod'

const LAG_SECONDS_MAX = 86_400
const CHOICES_MAX = 20
const seconds = z.number().min(0).max(LAG_SECONDS_MAX)

/** How long something takes, drawn for each call: evenly between min and max, or one of the choices. */
export const Lag = z
  .strictObject({ min: seconds.default(0), max: seconds.default(0), choices: z.array(seconds).min(1).max(CHOICES_MAX).optional() })
  .refine(({ min, max, choices }) => choices !== undefined || min <= max, { error: 'min is above max' })
export type Lag = z.output<typeof Lag>

/** The lag in milliseconds that `unit` in [0, 1) draws. */
export const lagMs = ({ min, max, choices }: Lag, unit: number): number =>
  Math.round((choices === undefined ? min + unit * (max - min) : (choices[Math.floor(unit * choices.length)] as number)) * 1_000)
