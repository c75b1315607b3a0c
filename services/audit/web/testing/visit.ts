import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import type { Served } from './serve.ts'

export const EVERYTHING = 'audit:read+pii:read+exceptions:write+export+days:sign'

/** An auditor at a screen, in another zone than India's. */
export interface Visit {
  readonly page: Page
  /** What the browser complained of: errors of scripts, and what the policy forbade. */
  readonly complaints: string[]
  /** To a view of the page, by what stands after the #. */
  readonly goTo: (place: string) => Promise<void>
  /** To another page of the service, by its path. */
  readonly open: (path: string) => Promise<void>
  readonly close: () => Promise<void>
}

/** Opens the page by a link that signs in, and waits until it shows what was asked for. The browser's clock goes on from where the accounts of a made-up service stand, so that no test knows what day it is. `paintsLate` holds every frame and short timer up, as a busy machine would. */
export const visit = async (
  browser: Browser,
  served: Pick<Served, 'url'> & Partial<Pick<Served, 'now'>>,
  place: string,
  { token = EVERYTHING, paintsLate = false, ...options }: BrowserContextOptions & { token?: string; paintsLate?: boolean } = {},
): Promise<Visit> => {
  const context = await browser.newContext({ viewport: { width: 1_280, height: 800 }, timezoneId: 'America/New_York', reducedMotion: 'reduce', ...options })
  if (served.now !== undefined) await context.clock.install({ time: served.now() })
  if (paintsLate) await context.addInitScript(paintLate)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    // That a question was refused is part of some tests, and the browser notes each.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) complaints.push(message.text())
  })
  const shown = () => page.waitForFunction(() => document.querySelector('h1, [role=alert]') !== null && document.querySelector('.loading, .asking') === null)
  await page.goto(`${served.url}#${new URLSearchParams({ token, to: place })}`)
  await shown()
  return {
    page,
    complaints,
    open: async (path) => {
      await page.goto(served.url + path)
      await shown()
    },
    goTo: async (to) => {
      await page.evaluate((hash) => {
        location.hash = hash
      }, `#${to}`)
      await page.waitForFunction((hash) => location.hash === hash, `#${to}`)
      // One turn, so that the view before is not taken for the one after.
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))))
      await shown()
    },
    close: () => context.close(),
  }
}

/** Runs in the page. */
const paintLate = () => {
  const LATE_MS = 300
  const SHORT_MS = 100
  const frame = requestAnimationFrame.bind(window)
  const timer = setTimeout.bind(window)
  window.requestAnimationFrame = (callback) => Number(timer(() => frame(callback), LATE_MS))
  window.setTimeout = ((callback: TimerHandler, ms = 0, ...rest: unknown[]) => timer(callback, ms > SHORT_MS ? ms : ms + LATE_MS, ...rest)) as typeof setTimeout
}
