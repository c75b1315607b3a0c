/** Repeatable chance: the same seed and path give the same draws on every machine. */
export interface Random {
  /** In [0, 1). */
  unit(): number
  /** A whole number in [from, to]. */
  integer(from: number, to: number): number
  chance(rate: number): boolean
  exponential(mean: number): number
  /** One of the items, each as often as its weight says. At least one weight must be above 0. */
  pick<Item extends { readonly weight: number }>(items: readonly Item[]): Item
  hex(digits: number): string
}

/** MurmurHash3's finaliser: a bijection, so that two paths that differ in one step never share a state. */
const mix = (word: number): number => {
  let h = word | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}

const WORDS = [0x9e3779b9, 0x243f6a88, 0xb7e15162, 0x3c6ef372] as const

/**
 * A stream of its own for each path (such as call number, purpose), so that a new draw in one place changes nothing elsewhere.
 * The generator is sfc32; its 128 bits of state are far more than the number of calls, so call sids do not meet.
 */
export const createRandom = (seed: number, ...path: readonly number[]): Random => {
  const start = (word: number) => [Math.floor(seed / 2 ** 32), seed, ...path].reduce((state, step) => mix((state + Math.imul(word, 3)) ^ (step | 0)), word)
  let [a, b, c, counter] = WORDS.map(start) as [number, number, number, number]

  const next = (): number => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return sum >>> 0
  }
  const unit = () => next() / 2 ** 32
  for (let warm = 0; warm < 8; warm++) next()

  return {
    unit,
    integer: (from, to) => from + Math.floor(unit() * (to - from + 1)),
    chance: (rate) => unit() < rate,
    exponential: (mean) => -Math.log(1 - unit()) * mean,
    pick: (items) => {
      let left = unit() * items.reduce((sum, { weight }) => sum + weight, 0)
      for (const item of items) {
        left -= item.weight
        if (left < 0) return item
      }
      throw new RangeError('at least one weight must be above 0')
    },
    hex: (digits) => {
      let text = ''
      while (text.length < digits) text += next().toString(16).padStart(8, '0')
      return text.slice(0, digits)
    },
  }
}
