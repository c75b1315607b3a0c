import type { Visit } from './visit.ts'

/** What the views of one account are about. Times are RFC 3339 UTC, days are IST. */
export interface Subject {
  readonly account: string
  readonly day: string
  /** One that is not complete. */
  readonly poorDay: string
  /** One that is not any more as it was signed off. */
  readonly changedDay: string
  /** A moment within `day`. */
  readonly knownAt: string
  /** Where it begins. */
  readonly window: string
  readonly callSid: string
  readonly exception: string
  readonly run: string
  /** An account about which nobody did anything. */
  readonly quietAccount: string
}

/** Every view of the page by its name, as it stands in the fragment of the address. What is listed here is tested for its looks, its width and by axe, and pictured. */
export const placesOf = ({ account, day, poorDay, changedDay, knownAt, window, callSid, exception, run, quietAccount }: Subject) => ({
  accounts: '/',
  'year by completeness': `/${account}`,
  'year by timeliness': `/${account}?measure=timeliness`,
  'year by webhook yield': `/${account}?measure=webhooks`,
  day: `/${account}/day/${day}`,
  'day changed since it was signed off': `/${account}/day/${changedDay}`,
  'day not complete': `/${account}/day/${poorDay}`,
  'day as it was known': `/${account}/day/${day}?asOf=${encodeURIComponent(knownAt)}`,
  window: `/${account}/window/${encodeURIComponent(window)}`,
  calls: `/${account}/calls`,
  call: `/${account}/call/${callSid}`,
  exceptions: `/${account}/exceptions`,
  exception: `/${account}/exceptions/${exception}`,
  runs: `/${account}/runs`,
  run: `/${account}/runs/${run}`,
  'access log': `/${account}/access-log`,
  'access log of a kind': `/${account}/access-log?type=token-created`,
  'access log of nothing': `/${quietAccount}/access-log`,
  'no such page': `/${account}/nothing`,
  'no such account': '/nobody',
})

type Show = (visitor: Visit) => Promise<void>

/** The same as a visitor comes to them, and what lies beside the page. Signing in comes last: the visitor is nobody from then on. */
export const viewsOf = (subject: Subject): Readonly<Record<string, Show>> => ({
  ...Object.fromEntries(Object.entries(placesOf(subject)).map(([name, place]): [string, Show] => [name, (visitor) => visitor.goTo(place)])),
  'description of the API': (visitor) => visitor.open('docs'),
  'sign-in': async (visitor) => {
    await visitor.page.context().clearCookies()
    await visitor.open('')
  },
})
