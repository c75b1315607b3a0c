import { parseArgs } from 'node:util'
import { OperatorError } from '@rollcall/service/operator-error'
import type { LetterChoice, LetterPlace } from '@rollcall/store/quarantine/list-dead-letters'

const PLACE = /^([0-9]{1,6}):([0-9]{1,18})$/

/** Reads the arguments after `replay`. @throws OperatorError for any other, and when nothing is chosen. */
export const parseReplay = (args: readonly string[]): LetterChoice => {
  const usage = 'needed is: replay [<partition>:<offset> …] [--all] [--account <sid>] [--reason <text>]'
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { all: { type: 'boolean' }, account: { type: 'string' }, reason: { type: 'string' } },
      allowPositionals: true,
      strict: true,
    })
    const { all, account, reason } = values
    if (positionals.length === 0 && !all && account === undefined && reason === undefined) throw new Error('no dead letter is chosen')
    return {
      ...(positionals.length === 0 ? {} : { places: positionals.map(placeOf) }),
      ...(account === undefined ? {} : { account }),
      ...(reason === undefined ? {} : { reason }),
    }
  } catch (error) {
    throw new OperatorError(`${(error as Error).message}; ${usage}`)
  }
}

const placeOf = (text: string): LetterPlace => {
  const [, partition, logOffset] = PLACE.exec(text) ?? []
  if (partition === undefined || logOffset === undefined) throw new Error(`${JSON.stringify(text)} is no dead letter's name`)
  return { partition: Number(partition), logOffset: BigInt(logOffset) }
}
