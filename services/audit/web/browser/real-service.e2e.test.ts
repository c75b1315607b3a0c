/** The page as the service itself serves it: the built process, between a Postgres and a log of the test's own; seeded as the projector, the reconciler and the keeper write. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { createInstallation, type Installation } from '@rollcall/audit/testing/installation'
import { seedAccount, seedCall, seedJudgement, seedRun, seedWindow } from '@rollcall/audit/testing/seed'
import { seedCertificate, seedCheckpoint } from '@rollcall/audit/testing/seed-evidence'
import { AUDIT_ROUTES } from '@rollcall/contracts/audit-api/routes'
import { serveEmbeddedLog } from '@rollcall/event-log/embedded/serve-embedded-log'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { packName } from '../src/evidence/pack-name.ts'
import { addDays, dayText, dayTextLong, istDay, spanOfDay } from '../src/time/ist.ts'
import { axeFindings } from '../testing/axe-findings.ts'
import { chromiumHere, openChromium } from '../testing/chromium.ts'
import { type Visit, visit } from '../testing/visit.ts'

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url))
const ACCOUNT = 'acme'
const PHONE = '+919876543210'
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const WINDOW_MS = 5 * MINUTE
/** Days are counted every ten seconds, and a page that is live asks every five. */
const WAIT = { timeout: 90_000 }

/** The day before today, in India; of it one window, at noon, has two calls. */
const DAY = addDays(istDay(new Date().toISOString()), -1)
const WHOLE_DAY = spanOfDay(DAY)
const NOON = Date.parse(WHOLE_DAY.from) + 12 * HOUR
const text = (at: number): string => new Date(at).toISOString()

describe.skipIf(chromiumHere === null)('an auditor, at the service itself,', () => {
  let its: Installation
  let service: ChildProcess
  let url: string
  let browser: Browser
  let visitor: Visit
  const closing: (() => Promise<unknown>)[] = []

  beforeAll(async () => {
    its = await createInstallation(Date.now())
    closing.push(its.close)
    await seed(its)
    const log = await serveEmbeddedLog({ log: its.log, host: '127.0.0.1', port: 0 })
    closing.push(log.close)
    service = spawn(process.execPath, [MAIN], {
      env: {
        PATH: process.env.PATH ?? '',
        EMBEDDED_LOG_URL: log.url,
        DATABASE_URL: its.databaseUrl,
        KEEPER_DIR: its.keeperDirectory,
        ROLLCALL_DATA_DIR: its.keeperDirectory,
        ROLLCALL_ALLOW_UNSAFE_TOPICS: 'true',
        AUDIT_PORT: '0',
        AUDIT_ADMIN_PORT: '0',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    closing.push(async () => {
      service.kill('SIGTERM')
      if (service.exitCode === null) await once(service, 'exit')
    })
    url = `http://127.0.0.1:${await portOf(service)}/`
    browser = await openChromium()
    closing.push(() => browser.close())
  })
  afterAll(async () => {
    for (const close of closing.toReversed()) await close()
  })
  afterEach(async () => {
    expect(visitor.complaints).toEqual([])
    await visitor.close()
  })

  const enter = async (place: string, scopes?: Parameters<Installation['token']>[0]) => {
    visitor = await visit(browser, { url }, place, { token: (await its.token(scopes)).token })
    return visitor.page
  }
  const isReadable = async () => expect(await axeFindings(visitor)).toEqual([])
  const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor(WAIT)

  it('goes from the accounts down to a call and its exception, and can read each of them', async () => {
    const page = await enter('/')
    await isReadable()
    await page.getByRole('link', { name: ACCOUNT, exact: true }).click()
    const cell = page.getByRole('link', { name: new RegExp(`^${dayText(DAY)}: Complete: 2 of 2 listed calls held, 288 of 288 windows closed`) })
    await cell.waitFor(WAIT)
    await isReadable()

    await cell.click()
    await heading(page, dayTextLong(DAY))
    await page.getByText(/^Complete, because/).waitFor(WAIT)
    await isReadable()

    await page.getByRole('link', { name: /^12:00 to 12:05: final, 2 of 2 listed calls held/ }).click()
    await heading(page, /^12:00 to 12:05 IST/)
    await page.getByText(/^Complete, because it is closed and every one of the 2 calls that Exotel lists is held exactly\./).waitFor(WAIT)
    await page.getByRole('row', { name: /^No\. 1 newest final/ }).waitFor(WAIT)
    await page.getByText(/Certificate no\. 1 is record 0 of the log; .* lead from it to the root above, computed in this page\./).waitFor(WAIT)
    await isReadable()

    await page.getByRole('link', { name: 'call-1' }).click()
    await heading(page, 'call-1')
    await page.getByText(/^Exotel’s API confirms this call, completed\. 2 observations tell of it/).waitFor(WAIT)
    expect(await page.textContent('body')).not.toContain(PHONE)
    await isReadable()

    await page.getByRole('link', { name: 'Exceptions', exact: true }).click()
    const row = page.getByRole('row', { name: /call-2.*Missing webhook never arrived/ })
    await row.waitFor(WAIT)
    await isReadable()
    await row.getByRole('link').first().click()
    await page.getByRole('heading', { name: 'What was done about it' }).waitFor(WAIT)
    await isReadable()
    await page.getByLabel('Close').check()
    await page.getByLabel('Because it').selectOption('vendor')
    await page.getByRole('textbox', { name: 'Note' }).fill('Exotel says that it was never sent.')
    await page.getByRole('button', { name: 'Close it' }).click()
    await page.getByText('closed it: lies with Exotel.').waitFor(WAIT)
    expect((await its.pool.query('SELECT count(*)::int AS count FROM rollcall.exception_actions')).rows).toEqual([{ count: 1 }])

    await page.getByRole('link', { name: 'Runs', exact: true }).click()
    await page.getByRole('table').getByRole('link').first().click()
    await heading(page, /^Run of /)
    await isReadable()
  })

  it('sees personal data for a reason, and that is recorded', async () => {
    const page = await enter(`/${ACCOUNT}/call/call-1`)
    await page.getByRole('button', { name: 'Reveal …' }).first().click()
    await page.getByLabel(/^Why do you need to see it/).fill('complaint 17')
    await page.keyboard.press('Enter')
    await page.getByText(PHONE).first().waitFor(WAIT)
    expect((await its.pool.query('SELECT call_sid, reason FROM rollcall.reveals')).rows).toEqual([{ call_sid: 'call-1', reason: 'complaint 17' }])
  })

  it('takes a window away as evidence, under the name that the commands beside it have', async () => {
    const page = await enter(`/${ACCOUNT}/window/${encodeURIComponent(text(NOON))}`)
    await page.locator('summary', { hasText: 'Download' }).click()
    await isReadable()
    const name = packName(ACCOUNT, { from: text(NOON), to: text(NOON + WINDOW_MS) })
    await page.getByText(`node verify.mjs ${name} --key VERIFIER_KEY`).waitFor(WAIT)
    const download = page.waitForEvent('download', WAIT)
    await page.getByRole('link', { name: 'Evidence pack', exact: true }).click()
    const file = await download
    expect(file.suggestedFilename()).toBe(name)
    const bytes = await readFile(await file.path())
    expect([bytes.subarray(0, 2).toString(), bytes.includes('verify.mjs')]).toEqual(['PK', true])
    expect((await its.pool.query('SELECT format FROM rollcall.exports')).rows).toEqual([{ format: 'pack' }])
  })

  it('is offered nothing that the token does not allow', async () => {
    const page = await enter(`/${ACCOUNT}/call/call-1`, ['audit:read'])
    await heading(page, 'call-1')
    expect(await page.getByRole('button', { name: /Reveal/ }).count()).toBe(0)
    await visitor.goTo(`/${ACCOUNT}/day/${DAY}`)
    expect(await page.locator('summary', { hasText: 'Download' }).count()).toBe(0)
  })

  it('reads what every route is, without a token', async () => {
    const page = await enter('/')
    await page.context().clearCookies()
    await visitor.open('docs')
    expect(await page.getByRole('main').getByRole('region').count()).toBe(Object.keys(AUDIT_ROUTES).length)
    await isReadable()
  })

  it('comes to the view of a path that somebody wrote without the #', async () => {
    const page = await enter('/')
    await page.goto(`${url}${ACCOUNT}/day/${DAY}`)
    await heading(page, dayTextLong(DAY))
    expect(page.url()).toBe(`${url}#/${ACCOUNT}/day/${DAY}`)
  })
})

const seed = async (its: Installation): Promise<void> => {
  const from = Date.parse(WHOLE_DAY.from)
  await seedAccount(its, ACCOUNT, from)
  await its.pool.query(
    `INSERT INTO rollcall.windows (account, window_from, state, reason, since, detail)
     SELECT $1, at, 'final', 'equal-scans', at + interval '5 hours', '{}' FROM generate_series($2::timestamptz, $3::timestamptz, interval '5 minutes') AS at WHERE at <> $4`,
    [ACCOUNT, new Date(from), new Date(Date.parse(WHOLE_DAY.to) - WINDOW_MS), new Date(NOON)],
  )
  await seedWindow(its, ACCOUNT, NOON, { state: 'final', listed: 2 })
  const ended = { status: 'completed', createdAt: text(NOON + MINUTE), from: PHONE, durationSeconds: '63', price: '1.25' }
  await seedCall(its, ACCOUNT, 'call-1', [
    { receivedAt: NOON + 3 * MINUTE, event: 'status-callback/terminal', vendorTime: NOON + 2 * MINUTE, values: ended, body: JSON.stringify({ From: PHONE }) },
    { surface: 'call-list', receivedAt: NOON + HOUR, vendorTime: NOON + 2 * MINUTE, values: ended },
  ])
  await seedCall(its, ACCOUNT, 'call-2', [
    { surface: 'call-list', receivedAt: NOON + HOUR, vendorTime: NOON + 2 * MINUTE, values: { status: 'busy', createdAt: text(NOON + 2 * MINUTE) } },
  ])
  await seedJudgement(its, ACCOUNT, 'call-1', 'arrived', null, NOON + HOUR)
  await seedJudgement(its, ACCOUNT, 'call-2', 'missing', 'never-arrived', NOON + HOUR)
  await seedRun(its, ACCOUNT, NOON + HOUR)
  await seedCertificate(its, ACCOUNT, NOON)
  await seedCheckpoint(its)
}

/** The port that the service says it listens on, in its log. */
const portOf = async (service: ChildProcess): Promise<number> => {
  if (service.stdout === null) throw new Error('the service has no output to read')
  for await (const line of createInterface({ input: service.stdout })) {
    const said = JSON.parse(line) as { readonly event?: string; readonly port?: number }
    if (said.event === 'audit.listening' && said.port !== undefined) {
      service.stdout.resume()
      return said.port
    }
  }
  throw new Error('the service ended before it listened')
}
