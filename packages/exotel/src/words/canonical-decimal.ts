/** More digits than any duration or price has; keeps a hostile exponent from growing the text. */
const DIGITS_MAX = 40

const DECIMAL = /^([+-]?)(\d{1,40})(?:\.(\d{0,40}))?(?:[eE]([+-]?\d{1,2}))?$/

/**
 * The one spelling of a decimal: no sign but `-`, no exponent, no leading zeros, no trailing zeros after the point.
 * `"1.500"`, `1.5` and `"01.5"` are all `1.5`. Exact: it works on digits, never on floating point. Null where it is not a decimal.
 */
export const canonicalDecimal = (text: string): string | null => {
  if (isPlainWhole(text)) return text
  const match = DECIMAL.exec(text)
  if (match === null) return null
  const [, sign, whole = '', fraction = '', exponent = '0'] = match
  const point = whole.length + Number(exponent)
  const digits = whole + fraction
  const left = digits.slice(0, Math.max(0, point)).padEnd(Math.max(0, point), '0').replace(/^0+/, '')
  const right = ('0'.repeat(Math.max(0, -point)) + digits.slice(Math.max(0, point))).replace(/0+$/, '')
  if (left.length + right.length > DIGITS_MAX) return null
  const size = (left === '' ? '0' : left) + (right === '' ? '' : `.${right}`)
  return sign === '-' && size !== '0' ? `-${size}` : size
}

const [ZERO, NINE] = [0x30, 0x39]

/** Whole and spelled as it should be, as nearly all are: seen without the garbage that an expression's matches are. */
const isPlainWhole = (text: string): boolean => {
  if (text.length === 0 || text.length > DIGITS_MAX || (text.length > 1 && text.charCodeAt(0) === ZERO)) return false
  for (let nth = 0; nth < text.length; nth += 1) {
    const code = text.charCodeAt(nth)
    if (code < ZERO || code > NINE) return false
  }
  return true
}
