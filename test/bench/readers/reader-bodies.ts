import type { Observation } from '@rollcall/contracts/observation'
import type { GoldenCase, GoldenEncoding } from '@rollcall/exotel/surface/testing/golden-case'
import { GOLDEN_CASES } from '@rollcall/exotel/surface/testing/golden-cases'
import { goldenObservation } from '@rollcall/exotel/surface/testing/golden-observation'

export interface ReaderBodies {
  readonly name: string
  readonly observations: readonly Observation[]
}

/** Enough that no two reads in a row find the processor's caches warm with the same bytes. */
const BODIES = 2_000

/** The case again and again, each time of another call at another second. */
const many = ({ sent, ...golden }: GoldenCase, encoding: GoldenEncoding): readonly Observation[] =>
  Array.from({ length: BODIES }, (_, index) => goldenObservation({ ...golden, sent: varied(sent, index) }, encoding))

/** Every Sid ends in the number, and every time in its second. */
const varied = (sent: GoldenCase['sent'], index: number): GoldenCase['sent'] => {
  const number = String(index).padStart(6, '0')
  const second = String(index % 60).padStart(2, '0')
  return JSON.parse(
    JSON.stringify(sent)
      .replaceAll(/(?<start>"(?:CallSid|Sid)":"[^"]{26})[^"]{6}"/g, `$<start>${number}"`)
      .replaceAll(/:\d\d"/g, `:${second}"`),
  )
}

const CASES: readonly (readonly [name: string, surface: GoldenCase['surface'], variant: string, encoding: GoldenEncoding])[] = [
  ['StatusCallback, terminal, JSON', 'status-callback', 'terminal of an answered call', 'json'],
  ['StatusCallback, terminal, urlencoded', 'status-callback', 'terminal of an answered call', 'urlencoded'],
  ['StatusCallback, terminal, multipart', 'status-callback', 'terminal of an answered call', 'multipart'],
  ['StatusCallback, four fields, multipart', 'status-callback', 'the default four fields', 'multipart'],
  ['Passthru, query', 'passthru', 'an answered call: talk time is the leg’s, not DialCallDuration', 'query'],
  ['popup, query', 'popup', 'an agent is dialled: "busy" is the agent, and no call status', 'query'],
  ['Integration Core, JSON', 'webrtc', 'the end of an outbound call; its duration as text', 'json'],
  ['API row', 'call-list', 'numbers as numbers, nothing as ""', 'json'],
  ['API call with details', 'call-lookup', 'with details', 'json'],
]

export const READER_BODIES: readonly ReaderBodies[] = CASES.map(([name, surface, variant, encoding]) => {
  const golden = GOLDEN_CASES.find((one) => one.surface === surface && one.variant === variant)
  if (golden === undefined) throw new Error(`the specification has no "${variant}" on ${surface}`)
  return { name, observations: many(golden, encoding) }
})
