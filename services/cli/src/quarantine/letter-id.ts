import type { LetterPlace } from '@rollcall/store/quarantine/list-dead-letters'
import { InvalidArgumentError } from 'commander'

const ID = /^([0-9]{1,6}):([0-9]{1,18})$/

/** A dead letter's name: where its record stands in the log, `partition:offset`. */
export const letterId = ({ partition, logOffset }: LetterPlace): string => `${partition}:${logOffset}`

/** Reads a name. @throws InvalidArgumentError saying what is needed; commander names the argument and the value. */
export const letterPlace = (text: string): LetterPlace => {
  const [, partition, logOffset] = ID.exec(text) ?? []
  if (partition === undefined || logOffset === undefined) throw new InvalidArgumentError('Needed is a name as quarantine list shows it, such as 3:1042.')
  return { partition: Number(partition), logOffset: BigInt(logOffset) }
}
