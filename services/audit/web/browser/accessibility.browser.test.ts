import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { axeFindings } from '../testing/axe-findings.ts'
import { chromiumHere, openChromium } from '../testing/chromium.ts'
import { NOW, PLACES, SUBJECT } from '../testing/places.ts'
import { type Served, serve } from '../testing/serve.ts'
import { viewsOf } from '../testing/views.ts'
import { type Visit, visit } from '../testing/visit.ts'

const VIEWS = viewsOf(SUBJECT)
/** The last is what 1280 × 800 leave when everything is twice as large. Colours are those of the theme on any screen. */
const SCREENS = [
  ['a desk in light', 1_280, 800, 'light'],
  ['a desk in dark', 1_280, 800, 'dark'],
  ['a phone in dark', 390, 844, 'dark'],
  ['200 % zoom in light', 640, 400, 'light'],
] as const

describe.skipIf(chromiumHere === null)('every view', () => {
  let browser: Browser
  let served: Served
  beforeAll(async () => {
    ;[browser, served] = await Promise.all([openChromium(), serve({ now: () => NOW })])
  })
  afterAll(async () => {
    await browser.close()
    await served.close()
  })

  describe.each(SCREENS)('on %s', (_screen, width, height, colorScheme) => {
    let visitor: Visit
    beforeAll(async () => {
      visitor = await visit(browser, served, '/', { colorScheme, viewport: { width, height } })
    })
    afterAll(() => visitor.close())

    it.each(Object.entries(VIEWS))('%s can be read by whoever cannot see it, told apart by whoever can, and scrolls sideways in its tables alone', async (_view, show) => {
      await show(visitor)
      expect(await axeFindings(visitor)).toEqual([])
      expect(await visitor.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0)
      expect(visitor.complaints).toEqual([])
    })
  })

  it('needs no sideways scrolling on a desk, not even in a table', async () => {
    const visitor = await visit(browser, served, '/')
    for (const [name, show] of Object.entries(VIEWS)) {
      await show(visitor)
      const cut = await visitor.page.locator('.scroller').evaluateAll((tables) => tables.map((table) => [table.getAttribute('aria-label'), table.scrollWidth - table.clientWidth]))
      expect([name, cut.filter(([, hidden]) => hidden !== 0)]).toEqual([name, []])
    }
    await visitor.close()
  })

  it('shows on a phone what a field of a call is without scrolling', async () => {
    const visitor = await visit(browser, served, PLACES.call, { viewport: { width: 390, height: 844 } })
    const values = visitor.page.getByRole('region', { name: 'What is known of the call' }).locator('tbody td:nth-child(2)')
    const room = await values.first().evaluate((cell) => innerWidth - cell.getBoundingClientRect().left)
    expect(room).toBeGreaterThan(160)
    await visitor.close()
  })

  it('cuts no text of a chart off at its edge', async () => {
    const visitor = await visit(browser, served, '/')
    await visitor.page.addInitScript(() => {
      const told: string[] = []
      Object.assign(window, { cutOff: told })
      const write = CanvasRenderingContext2D.prototype.fillText
      CanvasRenderingContext2D.prototype.fillText = function (text, x, y, ...rest) {
        if (this.textAlign === 'right' && x < this.measureText(text).width) told.push(text)
        write.call(this, text, x, y, ...rest)
      }
    })
    await visitor.page.reload()
    for (const name of ['year by completeness', 'year by timeliness', 'year by webhook yield', 'day'] as const) {
      await visitor.goTo(PLACES[name])
      await visitor.page.locator('.chart canvas').waitFor()
      expect([name, await visitor.page.evaluate(() => (window as unknown as { cutOff: string[] }).cutOff)]).toEqual([name, []])
    }
    await visitor.close()
  })

  it('has one main heading, landmarks, and a title of its own', async () => {
    const visitor = await visit(browser, served, '/')
    const titles = new Set<string>()
    for (const [name, place] of Object.entries(PLACES)) {
      await visitor.goTo(place)
      expect([name, await visitor.page.locator('header').first().isVisible(), await visitor.page.getByRole('main').count()]).toEqual([name, true, 1])
      if (!name.startsWith('no such')) {
        expect([name, await visitor.page.locator('h1').count()]).toEqual([name, 1])
        titles.add(await visitor.page.title())
      }
    }
    expect(titles.size).toBeGreaterThanOrEqual(11)
    await visitor.close()
  })

  it('moves nothing for whoever wants nothing to move', async () => {
    const visitor = await visit(browser, served, '/acme-1', { reducedMotion: 'reduce' })
    expect(await visitor.page.evaluate(() => document.getAnimations().length)).toBe(0)
    await visitor.close()
  })
})
