import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { axeFindings } from '../testing/axe-findings.ts'
import { chromiumHere, openChromium } from '../testing/chromium.ts'
import { type Served, serve } from '../testing/serve.ts'
import { type Visit, visit } from '../testing/visit.ts'
import { NOW, PLACES } from './places.ts'

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

  describe.each(['light', 'dark'] as const)('in %s can be read by whoever cannot see it, and told apart by whoever can:', (colorScheme) => {
    let visitor: Visit
    beforeAll(async () => {
      visitor = await visit(browser, served, '/', { colorScheme })
    })
    afterAll(() => visitor.close())

    it.each(Object.entries(PLACES))('%s', async (_, place) => {
      await visitor.goTo(place)
      expect(await axeFindings(visitor)).toEqual([])
      expect(visitor.complaints).toEqual([])
    })

    it('sign-in', async () => {
      await visitor.page.getByRole('button', { name: 'Sign out' }).click()
      await visitor.page.getByRole('heading', { name: 'Is every call there?' }).waitFor()
      expect(await axeFindings(visitor)).toEqual([])
    })
  })

  it.each([
    ['a phone', 390, 844],
    ['200 % zoom', 640, 400],
  ] as const)('fits on %s: only tables scroll sideways, and those by themselves', async (_, width, height) => {
    const visitor = await visit(browser, served, '/', { viewport: { width, height } })
    for (const [name, place] of Object.entries(PLACES)) {
      await visitor.goTo(place)
      expect([name, await visitor.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)]).toEqual([name, 0])
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
