import type { Observation } from '@rollcall/contracts/observation'
import { anObservation } from '../../testing/an-observation.ts'
import { encode } from '../../testing/encodings.ts'
import type { GoldenCase, GoldenEncoding } from './golden-case.ts'

/** The case as it reaches the log in one of its encodings; a GET with the customer's own query before Exotel's. */
export const goldenObservation = ({ surface, sent }: GoldenCase, encoding: GoldenEncoding): Observation => {
  if (encoding === 'query') return anObservation({ surface, method: 'GET', query: `key=x&${encode('urlencoded', sent).payload}` })
  return anObservation({ surface, method: surface.startsWith('call-') ? null : 'POST', ...encode(encoding, sent) })
}
