import { hash } from 'node:crypto'

/** One of these, by a seed: the same seed and the same days give the same one, and each is as likely as any other. Null where there are none. Pure. */
export const chooseDay = <T>(days: readonly T[], seed: string): T | null => {
  const number = Number.parseInt(hash('sha256', seed).slice(0, SEED_DIGITS), 16)
  return days[number % days.length] ?? null
}

/** Hex digits that a number holds exactly. */
const SEED_DIGITS = 13
