import { isDecimal } from './decimal.ts'

/** The exact sum of plain decimals, as one: without a float on the way. @throws RangeError where one is none */
export const sumDecimals = (values: readonly string[]): string => {
  const places = Math.max(0, ...values.map((value) => value.split('.')[1]?.length ?? 0))
  const sum = values.reduce((total, value) => total + scaled(value, places), 0n)
  const digits = (sum < 0n ? -sum : sum).toString().padStart(places + 1, '0')
  const whole = digits.slice(0, digits.length - places)
  const fraction = digits.slice(digits.length - places).replace(/0+$/, '')
  return `${sum < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`
}

const scaled = (value: string, places: number): bigint => {
  if (!isDecimal(value)) throw new RangeError(`not a plain decimal: ${value}`)
  const [whole = '', fraction = ''] = value.split('.')
  return BigInt(whole + fraction.padEnd(places, '0'))
}
