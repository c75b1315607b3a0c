import { createAcceleratedClock } from '@rollcall/exotel-simulator/clock/accelerated-clock'
import { realClock } from '@rollcall/exotel-simulator/clock/real-clock'
import type { SimulatorClock } from '@rollcall/exotel-simulator/clock/simulator-clock'
import { createVirtualClock } from '@rollcall/exotel-simulator/clock/virtual-clock'

const HOUR_MS = 3_600_000

export const CLOCKS = ['real', 'accelerated', 'virtual'] as const

export interface ClockChoice {
  readonly clock: (typeof CLOCKS)[number]
  /** How far in the past the calls begin; not for the real clock. */
  readonly spanHours: number
  /** How many times as fast an accelerated clock runs. */
  readonly speed: number
}

/** The clock the simulated calls live by. */
export const simulatorClock = ({ clock, spanHours, speed }: ClockChoice): SimulatorClock => {
  switch (clock) {
    case 'real':
      return realClock
    case 'accelerated':
      return createAcceleratedClock({ spanMs: spanHours * HOUR_MS, factor: speed })
    case 'virtual':
      return createVirtualClock({ spanMs: spanHours * HOUR_MS })
    default:
      return clock satisfies never
  }
}
