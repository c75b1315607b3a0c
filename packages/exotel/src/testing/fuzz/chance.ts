/** Repeatable chance: the same seed and index give the same draws. */
export interface Chance {
  /** A whole number in [0, limit). */
  below(limit: number): number
  /** True once in so many. */
  once(inSoMany: number): boolean
  pick<T>(items: readonly T[]): T
}

/** Mulberry32, started apart for each index so that any one body can be made again without those before it. */
export const createChance = (seed: number, index: number): Chance => {
  let state = Math.imul(seed ^ Math.imul(index + 1, 0x9e3779b1), 0x85ebca6b) ^ index
  const below = (limit: number): number => {
    state = (state + 0x6d2b79f5) | 0
    let word = Math.imul(state ^ (state >>> 15), 1 | state)
    word = (word + Math.imul(word ^ (word >>> 7), 61 | word)) ^ word
    return Math.floor((((word ^ (word >>> 14)) >>> 0) / 2 ** 32) * limit)
  }
  return {
    below,
    once: (inSoMany) => below(inSoMany) === 0,
    pick: (items) => {
      const item = items[below(items.length)]
      if (item === undefined && items.length === 0) throw new RangeError('nothing to pick from')
      return item as (typeof items)[number]
    },
  }
}
