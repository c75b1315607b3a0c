import type { Observation } from '@rollcall/contracts/observation'
import type { Parameters, ReadContext } from './call-surface.ts'
import { CALL_SURFACES } from './call-surfaces.ts'
import { hasNameIn } from './has-name.ts'
import { readHeartbeat } from './heartbeat.ts'
import type { ReadException } from './read-exception.ts'
import type { ReadResult } from './read-result.ts'
import { type ChosenShape, chooseShape, type DeliverySurface, type Shape, TELLING_NAMES } from './shape.ts'
import { readSms } from './sms.ts'

type Delivery = ReadContext & Pick<Observation, 'payload'>

/** What a webhook says. Throws UnreadableError. */
export const readDelivery = (delivery: Delivery, surface: DeliverySurface | null, parameters: Parameters): ReadResult => {
  if (Object.keys(parameters).length === 0) return noCall('a probe: it has no parameters')
  if (isProbe(delivery, parameters)) return noCall('a probe: none of its parameters is Exotel’s')
  const chosen = chooseShape(surface, hasNameIn(parameters))
  if (chosen === null) return { kind: 'unreadable', reason: 'it has the shape of no surface we know; name the surface in the callback URL' }
  return withException(readShape(chosen.shape, delivery, parameters), chosen)
}

const readShape = (shape: Shape, context: ReadContext, parameters: Parameters): ReadResult => {
  const call = CALL_SURFACES[shape]
  if (call !== null) return { kind: 'facts', ...call.read(context, parameters) }
  switch (shape) {
    case 'heartbeat':
      return { kind: 'no-call', why: 'a heartbeat', ...readHeartbeat(parameters, context.utcOffsetMinutes) }
    case 'sms':
      return { kind: 'no-call', why: 'the status of an SMS', ...readSms(parameters, context.utcOffsetMinutes) }
    case 'sms-incoming':
      return noCall('an SMS that came in')
    case 'campaign-number':
      return noCall('a campaign’s last word on a number, not on one call')
    case 'campaign':
      return noCall('the end of a campaign')
    default:
      return noCall('an event of a leg that names no call')
  }
}

const noCall = (why: string): ReadResult => ({ kind: 'no-call', why, notice: null, exceptions: [] })

const withException = (result: ReadResult, { insteadOf, surface }: ChosenShape): ReadResult => {
  if (insteadOf === null || result.kind === 'unreadable') return result
  const exception: ReadException = { field: 'surface', kind: 'other-surface', value: surface }
  return { ...result, exceptions: [exception, ...result.exceptions] }
}

/** A health check of the callback URL, by whatever method, whose own query (`?key=…`) comes along (contract §4.1). */
const isProbe = ({ payload }: Delivery, parameters: Parameters): boolean => payload.length === 0 && !Object.keys(parameters).some((name) => TELLING_NAMES.has(name))
