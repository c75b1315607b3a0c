/** Every view with something in it; the made-up account stands still at NOW. */
export const NOW = Date.parse('2026-11-26T09:17:30.000Z')
export const WINDOW = '2026-11-25T06:00:00.000Z'
/** The eighth call of that window: its webhook and the API disagree. */
const NUMBER_OF_WINDOW = (Date.parse(WINDOW) / 300_000).toString(16)
export const CALL = `${'c0ffee5eed'.padEnd(32 - NUMBER_OF_WINDOW.length - 3, '0')}${NUMBER_OF_WINDOW}007`

export const PLACES = {
  accounts: '/',
  'year by completeness': '/acme-1',
  'year by timeliness': '/acme-1?measure=timeliness',
  'year by webhook yield': '/acme-1?measure=webhooks',
  day: '/acme-1/day/2026-11-25',
  'day changed since it was signed off': '/acme-1/day/2026-10-16',
  'day not complete': '/acme-1/day/2026-11-03',
  'day as it was known': '/acme-1/day/2026-11-25?asOf=2026-11-25T09%3A00%3A00.000Z',
  window: `/acme-1/window/${encodeURIComponent(WINDOW)}`,
  calls: '/acme-1/calls',
  call: `/acme-1/call/${CALL}`,
  exceptions: '/acme-1/exceptions',
  exception: '/acme-1/exceptions/exception-3',
  runs: '/acme-1/runs',
  run: '/acme-1/runs/0190c0de-0000-7000-8000-000000000007',
  'access log': '/acme-1/access-log',
  'access log of a kind': '/acme-1/access-log?type=token-created',
  'access log of nothing': '/quiet-2/access-log',
  'no such page': '/acme-1/nothing',
  'no such account': '/nobody',
} as const
