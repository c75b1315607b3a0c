import type { ChaosWorld } from '../world/start-chaos-world.ts'

/** Ends a fault: what was broken is whole again, or on its way to be. @throws NotMadeError, after that, where it never took effect */
export type Heal = () => Promise<void>

/** Makes a fault, and sees that it is one. `draw` in [0, 1) picks the victim and how bad it is. @throws NotMadeError where it did not come about; nothing is broken then */
export type Inject = (world: ChaosWorld, draw: number) => Promise<Heal>

export const HEALED: Heal = async () => {}

/** One of the victims by the draw. */
export const victim = <T>(all: readonly T[], draw: number): T => all[Math.min(all.length - 1, Math.floor(draw * all.length))] as T

/** Where it could be made in part only, that part is healed. */
export const made = async (make: () => Promise<void>, heal: Heal): Promise<Heal> => {
  try {
    await make()
  } catch (error) {
    await heal()
    throw error
  }
  return heal
}
