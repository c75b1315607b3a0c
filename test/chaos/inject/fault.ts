import type { ChaosWorld } from '../world/start-chaos-world.ts'

/** Ends a fault: what was broken is whole again, or on its way to be. */
export type Heal = () => Promise<void>

/** Makes a fault. `draw` in [0, 1) picks the victim and how bad it is. */
export type Inject = (world: ChaosWorld, draw: number) => Promise<Heal>

export const HEALED: Heal = async () => {}

/** One of the victims by the draw. */
export const victim = <T>(all: readonly T[], draw: number): T => all[Math.min(all.length - 1, Math.floor(draw * all.length))] as T
