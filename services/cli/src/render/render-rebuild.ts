import { z } from 'zod'

/** What the projector's rebuild prints for `--json`; what is not known is not shown. */
const Result = z.looseObject({ liveDigest: z.string(), rebuiltDigest: z.string(), equal: z.boolean(), observations: z.number(), seconds: z.number() })

/** The result in words; a line that is not one as it is. Pure. */
export const renderRebuild = (line: string): readonly string[] => {
  const result = line.startsWith('{') ? Result.safeParse(JSON.parse(line)) : null
  if (result === null || !result.success) return [line]
  const { liveDigest, rebuiltDigest, equal, observations, seconds } = result.data
  return [
    `Folded ${observations} observations again in ${seconds.toFixed(1)} s: ${equal ? 'the records are the same' : 'THE RECORDS DIFFER'}`,
    `  live digest      ${liveDigest}`,
    `  rebuilt digest   ${rebuiltDigest}`,
  ]
}
