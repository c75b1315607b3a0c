import type { CallStatus } from '@rollcall/domain/call/fact'
import { type CallFilter, linkTo } from '../route/route.ts'
import { fromIstField, toIstField } from '../time/ist.ts'

const STATUSES: Readonly<Record<CallStatus, string>> = {
  queued: 'queued',
  ringing: 'ringing',
  'in-progress': 'in progress',
  completed: 'completed',
  busy: 'busy',
  'no-answer': 'no answer',
  failed: 'failed',
  canceled: 'canceled',
  unknown: 'unknown',
}

const CHOICES: readonly (readonly [keyof CallFilter, string, readonly (readonly [string, string])[]])[] = [
  ['status', 'Status', Object.entries(STATUSES)],
  [
    'firstBy',
    'First told by',
    [
      ['webhook', 'its webhook'],
      ['api', 'the API'],
    ],
  ],
  [
    'webhooksMissing',
    'Webhooks',
    [
      ['true', 'some missing'],
      ['false', 'none missing'],
    ],
  ],
  [
    'verified',
    'Verified',
    [
      ['true', 'by the API'],
      ['false', 'not yet'],
    ],
  ],
  [
    'conflict',
    'Sources',
    [
      ['true', 'in conflict'],
      ['false', 'agree'],
    ],
  ],
  [
    'recording',
    'Recording',
    [
      ['true', 'there'],
      ['false', 'none'],
    ],
  ],
]

/** Which calls are listed. Choosing goes to another address, so a list can be sent to somebody. */
export const CallFilterForm = ({ account, filter }: { account: string; filter: CallFilter & { from: string; to: string } }) => {
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const given = new FormData(event.currentTarget as HTMLFormElement)
    const times = { from: fromIstField(String(given.get('from'))) ?? filter.from, to: fromIstField(String(given.get('to'))) ?? filter.to }
    const chosen = Object.fromEntries(CHOICES.flatMap(([key]) => (given.get(key) ? [[key, String(given.get(key))]] : [])))
    location.hash = linkTo({ page: 'calls', account, filter: { ...times, ...chosen } })
  }
  return (
    <form class="filters card" onSubmit={submit} aria-label="Which calls">
      <label>
        From (IST)
        <input type="datetime-local" name="from" step="1" defaultValue={toIstField(filter.from)} required />
      </label>
      <label>
        Until (IST)
        <input type="datetime-local" name="to" step="1" defaultValue={toIstField(filter.to)} required />
      </label>
      {CHOICES.map(([key, name, choices]) => (
        <label key={key}>
          {name}
          <select name={key} defaultValue={filter[key] ?? ''}>
            <option value="">any</option>
            {choices.map(([value, words]) => (
              <option key={value} value={value} selected={filter[key] === value}>
                {words}
              </option>
            ))}
          </select>
        </label>
      ))}
      <button type="submit" class="main">
        Show
      </button>
    </form>
  )
}
