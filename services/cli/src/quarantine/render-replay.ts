import { z } from 'zod'
import { safeText } from '../terminal/safe-text.ts'

/** What the projector's replay prints; what is not known is not shown. */
const Result = z.looseObject({
  replayed: z.number(),
  noCall: z.number(),
  gone: z.number(),
  remaining: z.number(),
  remain: z.array(z.looseObject({ id: z.string(), outcome: z.string(), reason: z.string().nullable() })),
})

/** The result in words; a line that is not one as it is. Pure. */
export const renderReplay = (line: string): readonly string[] => {
  const result = line.startsWith('{') ? Result.safeParse(JSON.parse(line)) : null
  if (result === null || !result.success) return [line]
  const { replayed, noCall, gone, remaining, remain } = result.data
  const told = [
    count(replayed, 'letter was', 'letters were', 'folded into call records'),
    ...(noCall > 0 ? [count(noCall, 'letter tells', 'letters tell', 'of no call and left the quarantine')] : []),
    ...(gone > 0 ? [count(gone, 'letter was', 'letters were', 'replayed by somebody else')] : []),
    ...(remaining > 0 ? [count(remaining, 'letter remains', 'letters remain', 'in quarantine:')] : []),
  ]
  return [...told, ...remain.map(({ id, outcome, reason }) => safeText(`  ${id}  ${reason ?? outcome}`)), ...(remaining > remain.length ? ['  …'] : [])]
}

const count = (number: number, one: string, many: string, what: string): string => `${number} ${number === 1 ? one : many} ${what}`
