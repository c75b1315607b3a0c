import type { Observation } from '@rollcall/contracts/observation'
import { readParameters } from './body/read-parameters.ts'
import { apiSurface } from './surface/api-surface.ts'
import { readDelivery } from './surface/read-delivery.ts'
import type { ReadResult } from './surface/read-result.ts'
import { UnreadableError } from './unreadable-error.ts'

/**
 * What an observation says, in our words: facts of a call, or a notice of what is no call. Pure and synchronous; it never throws,
 * whatever the bytes are: a better reader can be given the same bytes again, so nothing here may lose them or stop the projector.
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
  const parameters = readParameters(observation)
  switch (surface) {
    case 'call-list':
    case 'call-lookup':
      return { kind: 'facts', ...apiSurface(parameters).read(observation, parameters) }
    case 'unrecognised':
      return readDelivery(observation, null, parameters)
    case 'status-callback':
    case 'passthru':
    case 'popup':
    case 'connect':
    case 'gather':
    case 'heartbeat':
    case 'sms':
    case 'campaign':
    case 'webrtc':
    case 'exoml':
      return readDelivery(observation, surface, parameters)
    default:
      return surface satisfies never
  }
}

const errorName = (error: unknown): string => (error instanceof Error ? error.name : typeof error)
