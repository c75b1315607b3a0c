import { parseArgs } from 'node:util'
import { OperatorError } from '@rollcall/service/operator-error'

export interface RebuildRequest {
  /** Put the rebuilt projection in the live one's place; otherwise only compare. */
  readonly swap: boolean
  readonly json: boolean
}

/** Reads the arguments after `rebuild`. @throws OperatorError for any other. */
export const parseRebuild = (args: readonly string[]): RebuildRequest => {
  try {
    const { values } = parseArgs({ args: [...args], options: { verify: { type: 'boolean' }, swap: { type: 'boolean' }, json: { type: 'boolean' } }, strict: true })
    return { swap: values.swap ?? false, json: values.json ?? false }
  } catch (error) {
    throw new OperatorError(`${(error as Error).message}; needed is: rebuild [--verify | --swap] [--json]`)
  }
}
