import type { Mutant } from '../mutant.ts'

const SCAN = 'packages/exotel/src/client/scan.ts'
const ROWS = 'packages/exotel/src/client/row-collector.ts'
const URLS = 'packages/exotel/src/client/list-url.ts'
const BUDGET = 'packages/exotel/src/client/request-budget.ts'
const scanned = [{ file: 'packages/exotel/src/client/scan.test.ts' }]
const addressed = [{ file: 'packages/exotel/src/client/list-url.test.ts' }]
const spent = [{ file: 'packages/exotel/src/client/request-budget.test.ts' }]
const asked = (test: string) => [{ file: 'packages/exotel/src/client/exotel-client.int.test.ts', test }]

/** How Exotel is asked, and when its answer is a list. */
export const ASKING_MUTANTS: readonly Mutant[] = [
  {
    name: 'only the first page is read',
    file: SCAN,
    find: 'url = nextOf(page, url, seen)',
    replace: 'url = costs.pages > 0 ? null : nextOf(page, url, seen)',
    killedBy: scanned,
    why: 'All calls but the first hundred would be missing.',
  },
  {
    name: 'a page that is not full ends the list',
    file: SCAN,
    find: 'url = nextOf(page, url, seen)',
    replace: 'url = page.rows.length < options.pageSize ? null : nextOf(page, url, seen)',
    killedBy: scanned,
    why: 'Exotel may cut its pages where it likes.',
  },
  {
    name: 'a cursor that leads back is not noticed',
    file: SCAN,
    find: 'if (!seen.has(next.url.href)) return next.url',
    replace: 'return next.url',
    killedBy: asked('where a cursor comes again'),
    why: 'A whole budget would go into one loop.',
  },
  {
    name: 'a cursor that leads back ends the list',
    file: SCAN,
    find: "throw new NotOneListError('NextPageUri leads back to a page already read')",
    replace: 'return null',
    killedBy: scanned,
    why: 'What lies behind the loop would be missing from a list that counts as complete.',
  },
  {
    name: 'empty pages that lead on end the list',
    file: SCAN,
    find: 'page.total === null || page.total > collector.listed()',
    replace: 'false',
    killedBy: scanned,
    why: 'A scan that saw half of the calls would be trusted.',
  },
  {
    name: 'a row after the range is taken',
    file: ROWS,
    find: 'row.createdAt < asked.from || row.createdAt > asked.to',
    replace: 'row.createdAt < asked.from',
    killedBy: scanned,
    why: 'An answer to another question would be trusted.',
  },
  {
    name: 'rows in any order are taken',
    file: ROWS,
    find: 'if (row.createdAt < latest)',
    replace: 'if (row.createdAt < Number.NEGATIVE_INFINITY)',
    killedBy: scanned,
    why: 'Where the list is not in order a page’s end says nothing of what follows.',
  },
  {
    name: 'the range is closed at its end',
    file: ROWS,
    find: 'row.createdAt < range.to)',
    replace: 'row.createdAt <= range.to)',
    killedBy: scanned,
    why: 'A window’s digest would hold a call of the next one.',
  },
  {
    name: 'of two versions of a row the older is kept',
    file: ROWS,
    find: '(row.facts.vendorTime ?? 0) >= (known.facts.vendorTime ?? 0)',
    replace: '(row.facts.vendorTime ?? 0) < (known.facts.vendorTime ?? 0)',
    killedBy: asked('keeps the later version'),
    why: 'What changed while the pages were read would be lost.',
  },
  {
    name: 'a row of another account is taken',
    file: 'packages/exotel/src/surface/build-facts.ts',
    find: 'accountSid !== undefined && accountSid !== observation.account',
    replace: 'accountSid === ""',
    killedBy: scanned,
    why: 'One customer’s calls would stand in another’s books.',
  },
  {
    name: 'the list is asked for in UTC',
    file: URLS,
    find: 'formatVendorTime(from, utcOffsetMinutes)',
    replace: 'formatVendorTime(from, 0)',
    killedBy: addressed,
    why: 'Exotel takes it for Indian time: five and a half hours of calls would be missing.',
  },
  {
    name: 'a row’s time is read as UTC',
    file: 'packages/exotel/src/words/vendor-time.ts',
    find: 'time.wall - utcOffsetMinutes * MINUTE',
    replace: 'time.wall',
    killedBy: [{ file: 'packages/exotel/src/words/vendor-time.test.ts' }],
    why: 'Every call would stand in a window that is five and a half hours late.',
  },
  {
    name: 'the question is no wider than the window',
    file: URLS,
    find: 'const WIDENED_MS = 2 * SECOND',
    replace: 'const WIDENED_MS = 0 * SECOND',
    killedBy: addressed,
    why: 'Whether Exotel’s bounds are inclusive is not known.',
  },
  {
    name: 'credentials follow a page to another host',
    file: URLS,
    find: "if (url?.origin !== current.origin || url.username !== ''",
    replace: "if (url === null || url.username !== ''",
    killedBy: addressed,
    why: 'Who can forge an answer would be sent the key.',
  },
  {
    name: 'Retry-After is not kept',
    file: BUDGET,
    find: 'if (retryAfterMs !== undefined) pause(retryAfterMs)',
    replace: '',
    killedBy: spent,
    why: 'Exotel shuts out who goes on.',
  },
  {
    name: 'a burst comes on top of the rate',
    file: BUDGET,
    find: 'ratePerMinute - burstOf(ratePerMinute) + 1',
    replace: 'ratePerMinute',
    killedBy: spent,
    why: 'The customer’s own calls are made from the same limit.',
  },
  {
    name: 'an unused minute is saved up',
    file: BUDGET,
    find: 'Math.min(burst, state.tokens + minutes',
    replace: 'Math.max(burst, state.tokens + minutes',
    killedBy: spent,
    why: 'After a quiet hour thousands of requests would leave at once.',
  },
  {
    name: 'a date in Retry-After is held against our clock',
    file: 'packages/exotel/src/client/retry-after.ts',
    find: 'dateOf(headers.date) ?? receivedAt',
    replace: 'receivedAt',
    killedBy: [{ file: 'packages/exotel/src/client/retry-after.test.ts' }],
    why: 'A clock of ours that runs ahead would end every silence at once.',
  },
  {
    name: 'the answer about another call is taken',
    file: 'packages/exotel/src/client/exotel-client.ts',
    find: "if (row.callSid !== callSid) throw new UnreadableError('Sid is not the one that was asked for')",
    replace: '',
    killedBy: asked('refuses another call than the one asked for'),
    why: 'What one call had would be said of another.',
  },
]
