import { z } from 'zod'

/** What ingest's replay prints; what is not known is not shown. */
const Result = z.looseObject({ spools: z.number(), replayed: z.number(), outside: z.number(), damagedBytes: z.number() })

/** The result in words; a line that is not one as it is. Pure. */
export const renderSpoolReplay = (line: string): readonly string[] => {
  const result = line.startsWith('{') ? Result.safeParse(JSON.parse(line)) : null
  if (result === null || !result.success) return [line]
  const { spools, replayed, outside, damagedBytes } = result.data
  return [
    `${replayed} ${replayed === 1 ? 'webhook' : 'webhooks'} of ${spools} ${spools === 1 ? 'spool' : 'spools'} ${replayed === 1 ? 'was' : 'were'} appended to the log again`,
    ...(outside > 0 ? [`${outside} more ${outside === 1 ? 'is' : 'are'} in the spool, from other times`] : []),
    ...(damagedBytes > 0 ? [`${damagedBytes} bytes are damaged and were passed over: the reconciler finds the calls`] : []),
  ]
}
