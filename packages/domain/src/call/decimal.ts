/** Orders two plain decimals (`-?digits[.digits]`) by their exact value: money never passes through a float. */
export const compareDecimal = (a: string, b: string): number => {
  const negative = a.startsWith('-')
  if (negative !== b.startsWith('-')) return negative ? -1 : 1
  return negative ? compareMagnitude(b.slice(1), a.slice(1)) : compareMagnitude(a, b)
}

/** Is this text a plain decimal? */
export const isDecimal = (text: string): boolean => /^-?\d+(\.\d+)?$/.test(text)

const compareMagnitude = (a: string, b: string): number => {
  const [aWhole = '', aFraction = ''] = a.split('.')
  const [bWhole = '', bFraction = ''] = b.split('.')
  const whole = Math.max(aWhole.length, bWhole.length)
  const fraction = Math.max(aFraction.length, bFraction.length)
  return compareText(aWhole.padStart(whole, '0') + aFraction.padEnd(fraction, '0'), bWhole.padStart(whole, '0') + bFraction.padEnd(fraction, '0'))
}

/** By UTF-16 code unit: the same on every machine, unlike localeCompare. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
