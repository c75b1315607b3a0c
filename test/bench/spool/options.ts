import { parseArgs } from 'node:util'

export const PARTS = ['outage', 'overload', 'full-disk', 'bit-flips', 'restart'] as const
export type Part = (typeof PARTS)[number]

export interface SpoolBenchOptions {
  readonly parts: readonly Part[]
  readonly outageSeconds: number
}

export const USAGE = `pnpm bench:spool [--only ${PARTS.join('|')}] [--outage-seconds 5..3600]`
const OUTAGE_SECONDS_DEFAULT = 60

/** @throws TypeError naming the option, its value and what is needed. Pure. */
export const parseOptions = (args: readonly string[]): SpoolBenchOptions => {
  const { values } = parseArgs({ args: args.filter((arg) => arg !== '--'), options: { only: { type: 'string' }, 'outage-seconds': { type: 'string' } }, strict: true })
  const part = PARTS.find((known) => known === values.only)
  if (values.only !== undefined && part === undefined) throw new TypeError(`--only is "${values.only}"; needed is one of ${PARTS.join(', ')}`)
  const given = values['outage-seconds'] ?? String(OUTAGE_SECONDS_DEFAULT)
  const outageSeconds = /^\d{1,4}$/.test(given) ? Number(given) : 0
  if (outageSeconds < 5 || outageSeconds > 3_600) throw new TypeError(`--outage-seconds is "${given}"; needed is a whole number from 5 to 3600`)
  return { parts: part === undefined ? PARTS : [part], outageSeconds }
}
