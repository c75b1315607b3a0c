import { placesOf, type Subject } from './views.ts'

/** The made-up account stands still at NOW. */
export const NOW = Date.parse('2026-11-26T09:17:30.000Z')
export const WINDOW = '2026-11-25T06:00:00.000Z'
/** The eighth call of that window: its webhook and the API disagree. */
const NUMBER_OF_WINDOW = (Date.parse(WINDOW) / 300_000).toString(16)
export const CALL = `${'c0ffee5eed'.padEnd(32 - NUMBER_OF_WINDOW.length - 3, '0')}${NUMBER_OF_WINDOW}007`

/** Each with something in it. */
export const SUBJECT: Subject = {
  account: 'acme-1',
  day: '2026-11-25',
  poorDay: '2026-11-03',
  changedDay: '2026-10-16',
  knownAt: '2026-11-25T09:00:00.000Z',
  window: WINDOW,
  callSid: CALL,
  exception: 'exception-3',
  run: '0190c0de-0000-7000-8000-000000000007',
  quietAccount: 'quiet-2',
}
export const PLACES = placesOf(SUBJECT)
