/** A count with thousands as India's reader and everybody else can take them: `12,408`. */
export const countText = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',')

const HUNDREDTHS = 10_000

/** A share in per cent with two decimals, rounded down: `100 %` is said of all and of nothing less. Null where there is nothing to be a share of. */
export const shareText = (part: number, whole: number): string | null => {
  if (whole === 0) return null
  if (part >= whole) return '100 %'
  const hundredths = Math.floor((part * HUNDREDTHS) / whole)
  return `${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, '0')} %`
}

/** `1 call`, `2 calls`. */
export const counted = (count: number, one: string, many = `${one}s`): string => `${countText(count)} ${count === 1 ? one : many}`
