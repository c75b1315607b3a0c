import { readFile } from 'node:fs/promises'
import { readCheckpoint } from '@rollcall/transparency-log/note/checkpoint'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { answersAt } from '../testing/answers.ts'
import { chromiumHere, openChromium } from '../testing/chromium.ts'
import { inclusionOf } from '../testing/evidence.ts'
import { CALL, NOW, PLACES, WINDOW } from '../testing/places.ts'
import { type Served, serve } from '../testing/serve.ts'
import { type Visit, visit } from '../testing/visit.ts'

describe.skipIf(chromiumHere === null)('an auditor', () => {
  let browser: Browser
  let served: Served
  let visitor: Visit
  let now: number
  beforeAll(async () => {
    browser = await openChromium()
  })
  afterAll(() => browser.close())
  beforeEach(async () => {
    now = NOW
    served = await serve({ now: () => now })
  })
  afterEach(async () => {
    expect(visitor.complaints).toEqual([])
    await visitor.close()
    await served.close()
  })
  const fragment = () => new URL(visitor.page.url()).hash

  it('signs in by a link whose token is gone from the address and the history before anything is asked', async () => {
    visitor = await visit(browser, served, '/acme-1/runs')
    expect(fragment()).toBe('#/acme-1/runs')
    expect(await visitor.page.evaluate(() => document.cookie)).toBe('')
    expect(await visitor.page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))).not.toContain('audit:read')
    expect(served.asked[0]).toBe('POST /v1/session')
    expect(served.asked.join(' ')).not.toContain('token')
    await visitor.page.reload()
    await visitor.page.getByRole('heading', { name: 'Runs' }).waitFor()
  })

  it('signs in by a token that is pasted, and is told why it is not taken', async () => {
    visitor = await visit(browser, served, '/acme-1', { token: 'nonsense' })
    await visitor.page.getByRole('alert').waitFor()
    expect(await visitor.page.getByRole('alert').textContent()).toContain('No valid token')
    await visitor.page.getByLabel('Token').fill('audit:read')
    await visitor.page.getByRole('button', { name: 'Sign in' }).click()
    await visitor.page.getByRole('heading', { name: 'acme-1' }).waitFor()
    await visitor.page.getByRole('button', { name: 'Sign out' }).click()
    await visitor.page.getByRole('heading', { name: 'Is every call there?' }).waitFor()
    await visitor.page.reload()
    await visitor.page.getByRole('heading', { name: 'Is every call there?' }).waitFor()
  })

  it('goes from the accounts down to a call, and back the same way', async () => {
    visitor = await visit(browser, served, '/')
    const { page } = visitor
    await page.getByRole('link', { name: 'acme-1' }).click()
    await page.getByRole('link', { name: /^3 Nov 2026: Not complete: / }).click()
    await page.getByText(/^Not complete, because 4 of the [\d,]+ calls that Exotel listed are not held as listed\.$/).waitFor()
    expect(await page.getByRole('gridcell').count()).toBe(24 * 15)
    await page.getByRole('link', { name: /^10:50 to 10:55: final, \d+ of \d+ listed calls held/ }).click()
    await page.getByText(/^Not complete, because 1 of the \d+ calls/).waitFor()
    const call = page.getByRole('table').last().getByRole('link').first()
    const sid = await call.textContent()
    await call.click()
    await page.getByRole('heading', { name: sid ?? '' }).waitFor()
    expect(fragment()).toBe(`#/acme-1/call/${sid}`)
    for (const name of [/^10:50 to 10:55/, 'Tuesday, 3 November 2026', 'acme-1', 'Accounts']) {
      await page.goBack()
      await page.getByRole('heading', { name, level: 1 }).waitFor()
    }
  })

  it('sees one measure of the year at a time', async () => {
    visitor = await visit(browser, served, PLACES['year by completeness'])
    const { page } = visitor
    const tenth = page.locator('[data-cell="2026-11-17"]')
    expect(await tenth.getAttribute('aria-label')).toMatch(/^17 Nov 2026: Complete/)
    await page.getByRole('navigation', { name: 'Measure' }).getByRole('link', { name: 'Webhook yield' }).click()
    await page.waitForFunction(() => document.querySelector('[data-cell="2026-11-17"]')?.getAttribute('aria-label')?.includes('missing'))
    expect(await tenth.getAttribute('class')).toMatch(/level-(poor|bad|fair)/)
    expect(fragment()).toBe('#/acme-1?measure=webhooks')
    await page.getByRole('navigation', { name: 'Measure' }).getByRole('link', { name: 'Timeliness' }).click()
    await page.waitForFunction(() => document.querySelector('[data-cell="2026-11-17"]')?.getAttribute('aria-label')?.includes('ends of calls'))
  })

  it('sees who won a field and what lost, and the raw bytes only masked, until there is a reason', async () => {
    visitor = await visit(browser, served, PLACES.call)
    const { page } = visitor
    const row = page.getByRole('row', { name: /durationSeconds/ })
    expect(await row.locator('s').textContent()).toBe('17')
    await row
      .getByRole('button', { name: /^Show the observation/ })
      .last()
      .click()
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('status-callback/answered')
    await page.getByText('What was received').first().click()
    await page.getByText('CallSid=x0xxxx').waitFor()
    expect(await page.textContent('body')).not.toContain('9000000001')

    await page.getByRole('button', { name: 'Reveal …' }).first().click()
    await page.getByRole('button', { name: 'Record and reveal' }).click()
    expect(served.asked.filter((asked) => asked.endsWith('/reveal'))).toEqual([])
    await page.getByLabel(/^Why do you need to see it/).fill('complaint 17')
    await page.keyboard.press('Enter')
    await page.getByText('+919000000001').waitFor()
    await page.getByRole('button', { name: 'Mask again' }).click()
    expect(await page.textContent('body')).not.toContain('9000000001')
  })

  it('without the scope is not even offered a reveal, nor an action', async () => {
    visitor = await visit(browser, served, PLACES.call, { token: 'audit:read' })
    await visitor.page.getByRole('heading', { name: 'What is known of it' }).waitFor()
    expect(await visitor.page.getByRole('button', { name: /Reveal/ }).count()).toBe(0)
    await visitor.goTo(PLACES.exception)
    expect(await visitor.page.getByRole('heading', { name: 'Do something about it' }).count()).toBe(0)
  })

  it('asks for what was known at a moment, of a day and of a call', async () => {
    visitor = await visit(browser, served, PLACES.day)
    const { page } = visitor
    await page.getByText(/^Complete, because/).waitFor()
    await page.getByText('Check this yourself').click()
    await page
      .getByText('rollcall export --account acme-1 --from 2026-11-24T18:30:00.000Z --to 2026-11-25T18:30:00.000Z --out acme-1-2026-11-25.pack.zip --by "YOUR NAME"')
      .waitFor()
    await page.getByLabel('As known at').last().fill('2026-11-25T14:30:00')
    await page.getByRole('button', { name: 'Show' }).click()
    await page.getByText(/^Not proven yet, because \d+ of \d+ windows are not closed/).waitFor()
    expect(fragment()).toBe('#/acme-1/day/2026-11-25?asOf=2026-11-25T09%3A00%3A00.000Z')
    await page.getByRole('button', { name: 'Back to now' }).click()
    await page.getByText(/^Complete, because/).waitFor()

    await visitor.goTo(`/acme-1/call/${CALL}?asOf=${encodeURIComponent(new Date(Date.parse(WINDOW) + 120_000).toISOString())}`)
    await page.getByText(/^Only webhooks tell of this call/).waitFor()
    expect(await page.locator('.timeline > li').count()).toBe(1)
  })

  it('sees a window’s certificates, that the newest is in what was signed last, and how to check that elsewhere', async () => {
    visitor = await visit(browser, served, PLACES.window)
    const { page } = visitor
    const certificates = page.getByRole('region', { name: 'Certificates', exact: true }).last()
    expect(await certificates.getByRole('row', { name: /^No\. 2/ }).textContent()).toMatch(/newest.*final.*46.*equal/)
    expect(await certificates.getByRole('row', { name: /^No\. 1/ }).textContent()).toMatch(/superseded.*provisional/)
    await page.getByText(/Certificate no\. 2 is record \d+ of the log; 13 hashes lead from it to the root above, computed in this page\./).waitFor()
    const span = '--account acme-1 --from 2026-11-25T06:00:00.000Z --to 2026-11-25T06:05:00.000Z'
    const pack = 'acme-1-2026-11-25T06-00-00Z--2026-11-25T06-05-00Z.pack.zip'
    for (const command of [
      `rollcall export ${span} --out ${pack} --by "YOUR NAME"`,
      `rollcall verify ${pack} --key VERIFIER_KEY ${span}`,
      `node verify.mjs ${pack} --key VERIFIER_KEY ${span}`,
    ])
      await page.getByText(command).waitFor()

    const saved = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Save this checkpoint' }).click()
    const file = await saved
    const checkpoint = readCheckpoint(await readFile(await file.path(), 'utf8'))
    expect([file.suggestedFilename(), checkpoint.size]).toEqual(['checkpoint-5000.txt', 5_000])
  })

  it('takes the proof of one call, and sees how to check it elsewhere', async () => {
    visitor = await visit(browser, served, `/acme-1/call/${CALL}`)
    const { page } = visitor
    await page.getByText('Prove this call').click()
    const link = page.getByRole('link', { name: 'the proof of this call' })
    expect([await link.getAttribute('href'), await link.getAttribute('download')]).toEqual([`./v1/accounts/acme-1/calls/${CALL}/proof`, `${CALL}.proof.json`])
    for (const command of ['rollcall verify', 'node verify.mjs']) await page.getByText(`${command} ${CALL}.proof.json --key VERIFIER_KEY --account acme-1 --call ${CALL}`).waitFor()
  })

  it('takes a time away in each form, where the scope allows it', async () => {
    visitor = await visit(browser, served, PLACES.day)
    const { page } = visitor
    await page.locator('summary', { hasText: 'Download' }).click()
    for (const [name, format] of [
      ['Evidence pack', 'pack'],
      ['CSV', 'csv'],
      ['JSON Lines', 'jsonl'],
      ['Parquet', 'parquet'],
    ] as const) {
      const download = page.waitForEvent('download')
      await page.getByRole('link', { name, exact: true }).click()
      expect((await download).suggestedFilename()).toBe(`acme-1.${format}.zip`)
      expect(served.asked.at(-1)).toBe(`GET /v1/accounts/acme-1/export?format=${format}&from=2026-11-24T18%3A30%3A00.000Z&to=2026-11-25T18%3A30%3A00.000Z`)
    }
    await visitor.goTo('/acme-1/calls?from=2026-10-01T00%3A00%3A00.000Z&to=2026-11-02T00%3A00%3A00.000Z')
    await page.locator('summary', { hasText: 'Download' }).click()
    await page.getByText('A download is of at most 31 days. Choose a shorter time.').waitFor()
    await visitor.close()

    visitor = await visit(browser, served, PLACES.day, { token: 'audit:read+pii:read' })
    await visitor.page.getByRole('heading', { name: 'Windows' }).waitFor()
    expect(await visitor.page.locator('summary', { hasText: 'Download' }).count()).toBe(0)
  })

  it('is told where nothing is signed yet', async () => {
    served.fail('checkpoint', 'not-found')
    visitor = await visit(browser, served, PLACES.window)
    await visitor.page.getByText(/^Nothing is signed yet/).waitFor()
    expect(await visitor.page.getByRole('button', { name: 'Save this checkpoint' }).count()).toBe(0)
  })

  it('is told where what is answered contradicts itself: a path that does not lead to the root', async () => {
    await served.close()
    const forged: typeof answersAt = (...made) => ({
      ...answersAt(...made),
      inclusion: ({ query }) => ({ ...inclusionOf(1, Number(query.size)), leaf: Number(query.leaf) }),
    })
    served = await serve({ now: () => now, answers: forged })
    visitor = await visit(browser, served, PLACES.window)
    await visitor.page.getByText(/13 hashes do not lead from it to the root above/).waitFor()
    await visitor.page.getByText('is not in it', { exact: true }).waitFor()
  })

  it('assigns an exception, closes it, and opens it again; each is said and stays', async () => {
    visitor = await visit(browser, served, PLACES.exceptions)
    const { page } = visitor
    await page.getByRole('link', { name: /^Claim/ }).click()
    await page.getByRole('row', { name: /Claim/ }).getByRole('link').first().click()
    await page.getByLabel('Assign').check()
    await page.getByLabel('To whom').fill('ravi')
    await page.getByRole('button', { name: 'Assign it' }).click()
    await page.getByText('gave it to ravi.').waitFor()
    await page.getByLabel('Close').check()
    await page.getByLabel('Because it').selectOption('vendor')
    await page.getByRole('textbox', { name: 'Note' }).fill('Exotel says that it was a test.')
    await page.getByRole('button', { name: 'Close it' }).click()
    await page.getByText('closed it: lies with Exotel.').waitFor()
    await page.getByText('Open again, and assign').waitFor()
    expect(await page.locator('.steps > li').count()).toBe(2)
    await visitor.goTo('/acme-1/exceptions?state=closed')
    await page.getByText('1 exception shown, all there are').waitFor()
  })

  it('signs a day off, and sees which of those signed before is not as it was signed any more', async () => {
    visitor = await visit(browser, served, PLACES.day)
    const { page } = visitor
    await page.getByText('Nobody has signed this day off.').waitFor()
    await page.getByRole('textbox', { name: 'Note' }).fill('Both totals compared.')
    const sent = page.waitForRequest((request) => request.method() === 'POST')
    await page.getByRole('button', { name: 'Sign it off' }).click()
    expect((await sent).postDataJSON()).toEqual({ digest: expect.stringMatching(/^[0-9a-f]{64}$/), note: 'Both totals compared.' })
    const signed = page.getByRole('region', { name: 'Sign-offs' }).getByRole('listitem')
    await signed.getByText('Signed off by asha@audit, still as it was signed').waitFor()
    expect(await signed.textContent()).toContain('288 windows final')
    expect(await signed.locator('blockquote').textContent()).toBe('Both totals compared.')
    expect(await page.getByRole('textbox', { name: 'Note' }).inputValue()).toBe('')
    await page.getByRole('status').getByText('The day was signed off.').waitFor()
    await visitor.goTo(PLACES['day changed since it was signed off'])
    await signed.getByText('Signed off by ravi, changed since').waitFor()
    await page.getByRole('button', { name: 'Sign it off' }).click()
    await signed.getByText('Signed off by asha@audit, still as it was signed').waitFor()
    expect(await signed.count()).toBe(2)
  })

  it('is told why a day cannot be signed, and is offered it neither before it is over nor without the scope', async () => {
    served.fail('signDay', 'own-work')
    visitor = await visit(browser, served, PLACES.day)
    await visitor.page.getByRole('button', { name: 'Sign it off' }).click()
    await visitor.page.getByRole('alert').getByText('Who prepares does not review.').waitFor()
    await visitor.page.getByText('Nobody has signed this day off.').waitFor()
    // A day of long ago, which is not asked for again by itself.
    await visitor.goTo(PLACES['day changed since it was signed off'])
    served.fail('signDay', 'changed')
    const looksAgain = visitor.page.waitForResponse((response) => response.request().method() === 'GET' && response.url().endsWith('/days/2026-10-16'))
    await visitor.page.getByRole('button', { name: 'Sign it off' }).click()
    await visitor.page.getByRole('alert').getByText('It is not as you saw it.').waitFor()
    await looksAgain
    await visitor.goTo('/acme-1/day/2026-11-26')
    await visitor.page.getByRole('heading', { name: 'Windows' }).waitFor()
    expect(await visitor.page.getByRole('heading', { name: 'Sign-offs' }).count()).toBe(0)
    await visitor.close()
    visitor = await visit(browser, served, PLACES.day, { token: 'audit:read+exceptions:write' })
    await visitor.page.getByText('Nobody has signed this day off.').waitFor()
    expect(await visitor.page.getByRole('button', { name: 'Sign it off' }).count()).toBe(0)
  })

  it('filters calls by an address that can be sent, and reads on page by page', async () => {
    visitor = await visit(browser, served, '/acme-1/calls?from=2026-11-25T06%3A00%3A00.000Z&to=2026-11-25T07%3A00%3A00.000Z')
    const { page } = visitor
    await page.getByText('100 calls shown', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Show more' }).click()
    await page.getByText('200 calls shown', { exact: true }).waitFor()
    await page.getByLabel('Status').selectOption('busy')
    await page.getByRole('button', { name: 'Show', exact: true }).click()
    await page.waitForFunction(() => location.hash.includes('status=busy'))
    await page.getByText(/calls shown/).waitFor()
    expect((await page.locator('tbody tr').allTextContents()).every((row) => row.includes('busy'))).toBe(true)
    expect(served.asked.at(-1)).toContain('status=busy')
  })

  it('sees who saw, took away or changed something, by an address that can be sent, and goes on to what it was about', async () => {
    visitor = await visit(browser, served, PLACES.runs)
    const { page } = visitor
    const shown = () => page.locator('tbody tr')
    await page.getByRole('link', { name: 'Access log' }).click()
    await page.getByText('100 deeds shown', { exact: true }).waitFor()
    expect(await shown().nth(0).textContent()).toMatch(/^26 Nov 2026, 13:47:30asha@auditsaw a call in clear.*complaint 17$/)
    expect(await shown().nth(4).textContent()).toContain('Meera, privacy as told on the command lineerased the salts of 40,000 callscreated before')
    await page.getByRole('button', { name: 'Show more' }).click()
    await page.getByText('130 deeds shown, all there are').waitFor()

    await page.getByLabel('What').selectOption('Tokens made')
    await page.getByLabel('From (IST)').fill('2026-11-25T12:00:00')
    await page.getByRole('button', { name: 'Show', exact: true }).click()
    await page.getByText('4 deeds shown, all there are').waitFor()
    expect(fragment()).toBe('#/acme-1/access-log?from=2026-11-25T06%3A30%3A00.000Z&type=token-created')
    expect(served.asked.at(-1)).toContain('/access-log?from=2026-11-25T06%3A30%3A00.000Z&type=token-created')
    expect(await shown().nth(0).textContent()).toContain('made a token for Asha, internal audit4f2a91c0 audit:read, pii:read until')
    expect(await shown().nth(1).textContent()).toContain('of all accounts until')

    await page.getByLabel('What').selectOption('Reveals')
    await page.getByRole('button', { name: 'Show', exact: true }).click()
    await page.getByText('saw what was received in clear').first().waitFor()
    const call = shown().first().getByRole('link')
    const sid = await call.textContent()
    await call.click()
    await page.getByRole('heading', { name: sid ?? '' }).waitFor()
  })

  it('sees what goes on by itself, may pause that, and costs little while nothing changes', async () => {
    visitor = await visit(browser, served, PLACES.runs)
    const { page } = visitor
    const asked = () => served.asked.filter((one) => one.startsWith('GET /v1/accounts/acme-1/runs')).length
    const answered = page.waitForResponse((response) => response.url().includes('/runs') && response.status() === 304, { timeout: 30_000 })
    await answered
    now += 5 * 60_000
    await page.getByText('26 Nov 2026, 14:50:00').waitFor({ timeout: 30_000 })
    await page.getByRole('button', { name: 'Live' }).click()
    await page.getByRole('button', { name: 'Paused' }).waitFor()
    const before = asked()
    now += 5 * 60_000
    await page.getByRole('button', { name: 'Paused' }).click()
    await page.getByText('26 Nov 2026, 14:55:00').waitFor({ timeout: 30_000 })
    expect(asked()).toBeGreaterThan(before)
  })

  it('is told what is wrong, and what to do: no account, no permission, no answer, no longer signed in', async () => {
    visitor = await visit(browser, served, '/nobody')
    const { page } = visitor
    await page.getByRole('heading', { name: 'There is no such account' }).waitFor()
    served.fail('runs', 'forbidden')
    await visitor.goTo(PLACES.runs)
    await page.getByRole('heading', { name: 'Your token does not allow this' }).waitFor()
    served.fail('exceptions', 'too-slow')
    await visitor.goTo(PLACES.exceptions)
    await page.getByRole('heading', { name: 'The question took too long' }).waitFor()
    served.fail('exceptions', null)
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('table').waitFor()
    served.fail('day', 'token-expired')
    await visitor.goTo(PLACES.day)
    await page.getByRole('heading', { name: 'Is every call there?' }).waitFor()
    expect(await page.getByRole('alert').textContent()).toContain('The token is no longer valid')
  })

  it('keeps what is shown while Rollcall does not answer, and is told', async () => {
    visitor = await visit(browser, served, PLACES.accounts)
    const { page } = visitor
    served.fail('accounts', 'unavailable')
    await page.getByText(/What is shown was answered before/).waitFor({ timeout: 30_000 })
    expect(await page.getByRole('heading', { name: 'acme-1' }).count()).toBe(1)
    served.fail('accounts', null)
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByText(/What is shown was answered before/).waitFor({ state: 'detached' })
  })

  it('chooses light or dark, whatever the system is', async () => {
    visitor = await visit(browser, served, '/', { colorScheme: 'light' })
    const ground = () => visitor.page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
    const light = await ground()
    await visitor.page.getByLabel('Colours').selectOption('dark')
    const dark = await ground()
    expect(dark).not.toBe(light)
    await visitor.page.reload()
    await visitor.page.getByRole('heading', { name: 'Accounts' }).waitFor()
    expect(await ground()).toBe(dark)
  })

  it('who sees one account sees nothing of another', async () => {
    visitor = await visit(browser, served, '/', { token: 'audit:read@quiet-2' })
    await visitor.page.getByRole('heading', { name: 'quiet-2' }).waitFor()
    expect(await visitor.page.getByRole('heading', { name: 'acme-1' }).count()).toBe(0)
  })
})
