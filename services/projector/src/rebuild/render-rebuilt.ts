import type { Rebuilt } from './rebuild.ts'

/** The result for a person: first the answer, then what it rests on. */
export const renderRebuilt = ({ liveDigest, rebuiltDigest, equal, swapped, calls, observations, seconds }: Rebuilt): string =>
  [
    equal ? 'equal: the log gives the records that the projection holds' : 'DIFFERENT: the log gives other records than the projection holds',
    `  observations  ${observations}`,
    `  calls         ${calls}`,
    `  live digest   ${liveDigest}`,
    `  rebuilt       ${rebuiltDigest}`,
    `  took          ${seconds.toFixed(1)} s (${Math.round(observations / Math.max(seconds, 0.001))} observations/s)`,
    swapped ? 'The rebuilt projection has taken the live one’s place.' : 'The live projection was not changed.',
    '',
  ].join('\n')
