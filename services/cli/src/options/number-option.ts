import { InvalidArgumentError } from 'commander'

export interface NumberBounds {
  readonly min: number
  readonly max: number
  readonly integer?: boolean
  /** What the message proposes. */
  readonly example: number
}

/** Reads an option's number. @throws InvalidArgumentError saying what is needed; commander names the option and the value. */
export const numberOption =
  ({ min, max, integer = false, example }: NumberBounds) =>
  (text: string): number => {
    const value = /^-?[0-9]+(\.[0-9]+)?$/.test(text) ? Number(text) : Number.NaN
    if (Number.isNaN(value) || value < min || value > max || (integer && !Number.isInteger(value)))
      throw new InvalidArgumentError(`Needed is a ${integer ? 'whole ' : ''}number from ${min} to ${max}, such as ${example}.`)
    return value
  }
