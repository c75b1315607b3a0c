import { AUDIT_ROUTES } from '@rollcall/contracts/audit-api/routes'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { axeFindings } from '../testing/axe-findings.ts'
import { chromiumHere, openChromium } from '../testing/chromium.ts'
import { NOW } from '../testing/places.ts'
import { type Served, serve } from '../testing/serve.ts'
import { type Visit, visit } from '../testing/visit.ts'

describe.skipIf(chromiumHere === null)('the description of the API', () => {
  let browser: Browser
  let served: Served
  let visitor: Visit
  const asked: string[] = []
  beforeAll(async () => {
    ;[browser, served] = await Promise.all([openChromium(), serve({ now: () => NOW })])
    visitor = await visit(browser, served, '/')
    visitor.page.on('request', (request) => asked.push(request.url()))
    await visitor.open('docs')
  })
  afterAll(async () => {
    await visitor.close()
    await browser.close()
    await served.close()
  })

  it('shows every route: by what it is asked, what it is for and what the token must allow', async () => {
    const shown = await visitor.page
      .getByRole('main')
      .getByRole('region')
      .evaluateAll((sections) => sections.map((section) => [...section.querySelectorAll('h2, p')].map((part) => part.textContent)))
    expect(shown).toEqual(
      Object.values(AUDIT_ROUTES).map(({ method, path, summary, scope }) => [
        `${method} ${path.replace(/:(\w+)/g, '{$1}')}`,
        `${summary}${/[.?]$/.test(summary) ? '' : '.'}`,
        scope === null ? 'Any valid token.' : `Scope ${scope}.`,
      ]),
    )
  })

  it('leads to each of them, by the keyboard too', async () => {
    const { page } = visitor
    const links = page.getByRole('navigation', { name: 'Routes' }).getByRole('link')
    expect(await links.count()).toBe(Object.keys(AUDIT_ROUTES).length)
    await links.last().focus()
    await page.keyboard.press('Enter')
    expect(new URL(page.url()).hash).toBe(`#${Object.keys(AUDIT_ROUTES).at(-1)}`)
    expect(await page.getByRole('region').last().isVisible()).toBe(true)
  })

  it('can be read with everything open, and scrolls sideways in its schemas alone', async () => {
    const { page } = visitor
    for (const width of [1_280, 640, 390]) {
      await page.setViewportSize({ width, height: 800 })
      for (let closed = page.locator('details:not([open]) > summary'); (await closed.count()) > 0; ) await closed.first().click()
      expect(await page.locator('details[open] pre').count()).toBeGreaterThan(Object.keys(AUDIT_ROUTES).length)
      expect(await axeFindings(visitor)).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0)
    }
  })

  it('asks nobody but the service for anything, and the browser complains of nothing', () => {
    expect(asked).toContain(`${served.url}docs`)
    expect(asked.filter((url) => !url.startsWith(served.url))).toEqual([])
    expect(visitor.complaints).toEqual([])
  })
})
