import type { CallKind } from '../calls/call-kind.ts'
import type { CallOrder } from '../calls/call-order.ts'
import { ownTarget } from '../webhooks/webhook-target.ts'
import { Refusal } from './refusal.ts'

const TIME_LIMIT_SECONDS_MAX = 14_400
const EVENTS = ['terminal', 'answered']
const TEXT_MAX = 500

const invalid = (parameter: string, why: string) => new Refusal(400, `Invalid parameter ${parameter}: ${why}`)

/** What a POST to Calls/connect asks for (contract §3); throws the Refusal that Exotel would answer. */
export const readConnectOrder = (form: URLSearchParams): Omit<CallOrder, 'path'> => {
  const text = (name: string): string | undefined => {
    const value = form.get(name)?.trim()
    if (value !== undefined && value.length > TEXT_MAX) throw invalid(name, 'too long')
    return value === '' ? undefined : value
  }
  const [from, to, url, callerId, callback] = [text('From'), text('To'), text('Url'), text('CallerId'), text('StatusCallback')]
  if (from === undefined) throw invalid('From', 'it is needed')
  if (callerId === undefined) throw invalid('CallerId', 'it is needed')
  if ((to === undefined) === (url === undefined)) throw invalid('To', 'either To or Url is needed')
  const events = readEvents(form)
  if (callback !== undefined) checkCallback(callback)
  return {
    kind: kindOf({ toFlow: url !== undefined, calledBack: callback !== undefined, withEvents: events.length > 0 }),
    from,
    ...(to === undefined ? {} : { to }),
    exophone: callerId,
    customField: text('CustomField') ?? null,
    ...(callback === undefined ? {} : { callbackUrl: callback }),
    encoding: readContentType(text('StatusCallbackContentType')),
    wantsAnswered: events.includes('answered'),
    wantsTerminal: events.length === 0 || events.includes('terminal'),
    secondsMax: readTimeLimit(text('TimeLimit')),
    byApi: true,
  }
}

const kindOf = ({ toFlow, calledBack, withEvents }: { toFlow: boolean; calledBack: boolean; withEvents: boolean }): CallKind => {
  if (!calledBack) return 'outbound-silent'
  if (toFlow) return 'outbound-flow'
  return withEvents ? 'outbound-extended' : 'outbound-default'
}

/** `StatusCallbackEvents[0]=…`, `StatusCallbackEvents[]=…`, or one text with commas. */
const readEvents = (form: URLSearchParams): readonly string[] => {
  const named = [...form].filter(([name]) => /^StatusCallbackEvents(\[\d*\])?$/.test(name))
  const events = named.flatMap(([, value]) => value.split(',').map((event) => event.trim())).filter((event) => event !== '')
  for (const event of events) if (!EVENTS.includes(event)) throw invalid('StatusCallbackEvents', `valid values are ${EVENTS.join(',')}`)
  return events
}

const readContentType = (text = 'multipart/form-data'): 'json' | 'multipart' => {
  if (text === 'application/json') return 'json'
  if (text === 'multipart/form-data') return 'multipart'
  throw invalid('StatusCallbackContentType', 'valid values are multipart/form-data,application/json')
}

const readTimeLimit = (text: string | undefined): number => {
  if (text === undefined) return TIME_LIMIT_SECONDS_MAX
  const seconds = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (seconds < 1 || seconds > TIME_LIMIT_SECONDS_MAX) throw invalid('TimeLimit', `1 to ${TIME_LIMIT_SECONDS_MAX}`)
  return seconds
}

const checkCallback = (address: string): void => {
  try {
    ownTarget(address)
  } catch {
    throw invalid('StatusCallback', 'not an http address')
  }
}
