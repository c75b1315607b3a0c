import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumHere, openChromium } from '../testing/chromium.ts'
import { NOW, PLACES } from '../testing/places.ts'
import { type Served, serve } from '../testing/serve.ts'
import { type Visit, visit } from '../testing/visit.ts'

describe.skipIf(chromiumHere === null)('by the keyboard alone, an auditor', () => {
  let browser: Browser
  let served: Served
  beforeAll(async () => {
    ;[browser, served] = await Promise.all([openChromium(), serve({ now: () => NOW })])
  })
  afterAll(async () => {
    await browser.close()
    await served.close()
  })

  const focused = ({ page }: Visit) => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '')
  /** Presses Tab until something is reached, at most so often. */
  const tabTo = async (visitor: Visit, name: string | RegExp, atMost = 40) => {
    for (let pressed = 0; pressed < atMost; pressed++) {
      await visitor.page.keyboard.press('Tab')
      if ((await focused(visitor)).match(name)) return pressed + 1
    }
    throw new Error(`${name} was not reached by ${atMost} tabs, but ${await focused(visitor)}`)
  }

  it('walks from the accounts to a window of a day, one stop for each grid', async () => {
    const visitor = await visit(browser, served, '/')
    await tabTo(visitor, /^acme-1$/)
    await visitor.page.keyboard.press('Enter')
    await visitor.page.getByRole('grid').first().waitFor()

    await tabTo(visitor, /^26 Nov 2026: /)
    await visitor.page.keyboard.press('ArrowLeft')
    await visitor.page.keyboard.press('ArrowUp')
    expect(await focused(visitor)).toMatch(/^18 Nov 2026: Complete: [\d,]+ of [\d,]+ listed calls held/)
    // What the mouse would be told by pointing is told by the focus.
    expect(await visitor.page.getByRole('tooltip').textContent()).toMatch(/^18 Nov 2026: Complete/)
    await visitor.page.keyboard.press('Escape')
    expect(await visitor.page.getByRole('tooltip').count()).toBe(0)
    await visitor.page.keyboard.press('Tab')
    expect(await visitor.page.evaluate(() => document.activeElement?.hasAttribute('data-cell'))).toBe(false)
    await visitor.page.keyboard.press('Shift+Tab')
    await visitor.page.keyboard.press('Enter')

    await visitor.page.getByRole('heading', { name: 'Wednesday, 18 November 2026' }).waitFor()
    expect(await visitor.page.evaluate(() => document.activeElement?.tagName)).toBe('MAIN')
    await visitor.page.getByRole('grid').waitFor()
    // The whole view has the focus now; what stands in it does not tell its tip for that.
    await visitor.page.evaluate(() => {
      document.querySelector<HTMLElement>('[aria-current=page]')?.focus()
      document.querySelector('main')?.focus()
    })
    expect(await visitor.page.getByRole('tooltip').count()).toBe(0)
    await tabTo(visitor, /^00:00 to 00:05: /)
    for (const key of ['ArrowDown', 'ArrowDown', 'End', 'ArrowRight', 'Home', 'ArrowRight']) await visitor.page.keyboard.press(key)
    expect(await focused(visitor)).toMatch(/^03:05 to 03:10: final/)
    await visitor.page.keyboard.press('Enter')
    await visitor.page.getByRole('heading', { name: /^03:05 to 03:10/ }).waitFor()
    await visitor.close()
  })

  it('comes to the access log, chooses from it, and goes to what a deed was about', async () => {
    const visitor = await visit(browser, served, '/acme-1/runs')
    await tabTo(visitor, /^Access log$/)
    await visitor.page.keyboard.press('Enter')
    await visitor.page.getByRole('heading', { name: 'Access log' }).waitFor()
    expect(await visitor.page.evaluate(() => document.activeElement?.tagName)).toBe('MAIN')
    await visitor.page.getByText('100 deeds shown', { exact: true }).waitFor()
    await tabTo(visitor, /^anything/)
    await visitor.page.keyboard.type('Actions')
    await visitor.page.keyboard.press('Tab')
    expect(await focused(visitor)).toBe('Show')
    await visitor.page.keyboard.press('Enter')
    await visitor.page.waitForFunction(() => location.hash === '#/acme-1/access-log?type=exception-action')
    await visitor.page.getByText('26 deeds shown, all there are').waitFor()
    await tabTo(visitor, /^Claim$/)
    await visitor.page.keyboard.press('Enter')
    await visitor.page.waitForFunction(() => location.hash === '#/acme-1/exceptions/exception-3')
    await visitor.close()
  })

  it('goes on from a day to a call of a window, and back by the links that stand over each view', async () => {
    const visitor = await visit(browser, served, PLACES.day)
    const { page } = visitor
    await tabTo(visitor, /^\d\d:\d\d to \d\d:\d\d: final, [1-9]/)
    const window = /^(\d\d:\d\d to \d\d:\d\d)/.exec(await focused(visitor))?.[1] ?? ''
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: window }).waitFor()
    await tabTo(visitor, /^c0ffee5eed/, 60)
    const callSid = await focused(visitor)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: callSid }).waitFor()
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('MAIN')

    await tabTo(visitor, / IST$/)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: window }).waitFor()
    await tabTo(visitor, /^25 Nov 2026$/)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Wednesday, 25 November 2026' }).waitFor()
    await tabTo(visitor, /^acme-1$/)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'acme-1' }).waitFor()
    await visitor.close()
  })

  it('takes evidence away, asks for a moment, and does something about an exception', async () => {
    const visitor = await visit(browser, served, PLACES.day)
    const { page } = visitor
    await tabTo(visitor, /Download$/)
    await page.keyboard.press('Enter')
    const download = page.waitForEvent('download')
    await tabTo(visitor, /^Evidence pack$/)
    await page.keyboard.press('Enter')
    expect((await download).suggestedFilename()).toBe('acme-1.pack.zip')

    await visitor.goTo(PLACES.exception)
    await page.getByRole('heading', { name: 'Do something about it' }).waitFor()
    for (let pressed = 0; (await page.evaluate(() => document.activeElement?.tagName)) !== 'TEXTAREA' && pressed < 40; pressed++) await page.keyboard.press('Tab')
    await page.keyboard.type('Seen by the keyboard.')
    await tabTo(visitor, /^Add the note$/)
    await page.keyboard.press('Enter')
    await page.locator('.steps').getByText('Seen by the keyboard.').waitFor()
    await visitor.close()
  })

  it('skips what every view begins with', async () => {
    const visitor = await visit(browser, served, '/acme-1/runs')
    await visitor.page.keyboard.press('Tab')
    expect(await focused(visitor)).toBe('To the content')
    await visitor.page.keyboard.press('Enter')
    expect(await visitor.page.evaluate(() => document.activeElement?.tagName)).toBe('MAIN')
    expect(new URL(visitor.page.url()).hash).toBe('#/acme-1/runs')
    await visitor.close()
  })

  it('keeps the focus where it is while what is shown is asked for again', async () => {
    const visitor = await visit(browser, served, PLACES.call)
    await visitor.page.getByRole('button', { name: 'Reveal …' }).first().click()
    expect(await visitor.page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('reason')
    await visitor.page.keyboard.press('Tab')
    await visitor.page.keyboard.press('Tab')
    expect(await focused(visitor)).toBe('Cancel')
    await visitor.page.waitForResponse((response) => response.url().includes('/calls/') && response.status() === 304, { timeout: 30_000 })
    await visitor.page.waitForFunction((before) => document.querySelector('.live-at')?.textContent !== before, await visitor.page.locator('.live-at').textContent())
    expect(await focused(visitor)).toBe('Cancel')
    await visitor.close()
  })

  it('finds the focus where it belongs before anything is painted, so that no key goes astray', async () => {
    const visitor = await visit(browser, served, PLACES.call, { paintsLate: true })
    const focus = () => visitor.page.evaluate(() => document.activeElement?.getAttribute('name') ?? document.activeElement?.tagName)
    await visitor.page.getByRole('button', { name: 'Reveal …' }).first().click()
    expect(await focus()).toBe('reason')
    await visitor.page.getByRole('link', { name: 'Exceptions' }).click()
    await visitor.page.getByRole('heading', { name: /^Exceptions/ }).waitFor()
    expect(await focus()).toBe('MAIN')
    await visitor.close()
  })

  it('learns the UTC of a time', async () => {
    const visitor = await visit(browser, served, '/acme-1/exceptions/exception-3')
    await visitor.page.locator('time').first().focus()
    await visitor.page.keyboard.press('Shift+Tab')
    await visitor.page.keyboard.press('Tab')
    const text = await visitor.page.locator('time').first().textContent()
    expect(text).toBe('26 Nov 2026, 14:35:30 IST')
    expect(await visitor.page.getByRole('tooltip').textContent()).toBe('26 Nov 2026, 09:05:30 UTC')
    await visitor.close()
  })
})
