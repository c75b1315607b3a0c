import { createHash } from 'node:crypto'
import type { Connection } from '@rollcall/store/pool'

/** One that is longer than Postgres's names are cut, and then two may be one. */
const NAME_CHARACTERS_MAX = 60
const names = new Map<string, string>()

/** Lets a connection plan each of its statements once, and not each time: the same few are asked a hundred thousand times over. */
export const prepareStatements = (connection: Connection): void => {
  const query = connection.query.bind(connection) as (...args: unknown[]) => unknown
  connection.query = ((text: unknown, values: unknown, ...others: unknown[]) =>
    typeof text === 'string' && Array.isArray(values) ? query({ name: nameOf(text), text, values }, ...others) : query(text, values, ...others)) as Connection['query']
}

const nameOf = (text: string): string => {
  const known = names.get(text)
  if (known !== undefined) return known
  const name = createHash('sha256').update(text).digest('hex').slice(0, NAME_CHARACTERS_MAX)
  names.set(text, name)
  return name
}
