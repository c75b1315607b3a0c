import type { Observation } from '@rollcall/contracts/observation'
import { readParameters } from './body/read-parameters.ts'
import { readCallRow } from './surface/call-row.ts'
import { readPassthru } from './surface/passthru.ts'
import type { ReadResult } from './surface/read-result.ts'
import { readStatusCallback } from './surface/status-callback.ts'
import { UnreadableError } from './unreadable-error.ts'

/**
 * What an observation says about a call, in our words. Pure and synchronous; it never throws, whatever the bytes are:
 * a better reader can be given the same bytes again, so nothing here may lose them or stop the projector.
 */
export const readObservation = (observation: Observation): ReadResult => {
  try {
    return read(observation)
  } catch (error) {
    return { kind: 'unreadable', reason: error instanceof UnreadableError ? error.message : `the reader failed (${errorName(error)})` }
  }
}

const read = (observation: Observation): ReadResult => {
  const { surface } = observation
  switch (surface) {
    case 'status-callback':
    case 'passthru':
    case 'unrecognised':
      return readDelivery(observation, surface)
    case 'call-list':
    case 'call-lookup':
      return { kind: 'facts', facts: readCallRow(observation, readParameters(observation)) }
    case 'popup':
    case 'heartbeat':
    case 'sms':
    case 'campaign':
    case 'webrtc':
    case 'exoml':
      return { kind: 'no-call', why: `${surface} is kept as it is; no facts are read from it` }
    default:
      return surface satisfies never
  }
}

const readDelivery = (observation: Observation, surface: 'status-callback' | 'passthru' | 'unrecognised'): ReadResult => {
  const parameters = readParameters(observation)
  if (Object.keys(parameters).length === 0) return { kind: 'no-call', why: 'a probe: it has no parameters' }
  if (isProbe(observation, parameters)) return { kind: 'no-call', why: 'a probe: none of its parameters is about a call' }
  switch (surface) {
    case 'status-callback':
      return { kind: 'facts', facts: readStatusCallback(observation, parameters) }
    case 'passthru':
      return { kind: 'facts', facts: readPassthru(observation, parameters) }
    case 'unrecognised':
      return { kind: 'unreadable', reason: 'it has the shape of no surface we know; name the surface in the callback URL' }
    default:
      return surface satisfies never
  }
}

/** A health check of the callback URL, whose own query (`?key=…`) comes along (contract §4.1). Exotel's own parameters are recognised by these. */
const isProbe = (observation: Observation, parameters: Readonly<Record<string, unknown>>): boolean =>
  (observation.method === 'GET' || observation.method === 'HEAD') &&
  observation.payload.length === 0 &&
  !['CallSid', 'CallFrom', 'CallTo', 'Status', 'CallStatus', 'DateUpdated', 'EventType'].some((name) => name in parameters)

const errorName = (error: unknown): string => (error instanceof Error ? error.name : typeof error)
