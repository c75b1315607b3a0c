/** What a stranger does after `npm start`: opens the link that it prints, and follows one call down to evidence that proves itself. As it is run, without an account: what closes windows there are minutes, not hours. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { chromiumHere, openChromium } from '@rollcall/audit-web/testing/chromium'
import { readZip } from '@rollcall/evidence/testing/read-zip'
import { PROJECT_ROOT } from '@rollcall/local/project-root'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { rollcallProcess } from './rollcall-process.ts'

const READY_MS_MAX = 120_000
/** A window takes five minutes; a minute and a half later it is final. */
const FINAL = { timeout: 540_000 }
/** The log is signed once a minute, and the page asks every five seconds. */
const SIGNED = { timeout: 120_000 }
const SHOWN = { timeout: 60_000 }

describe.skipIf(chromiumHere === null)('whoever opens the link that npm start prints', () => {
  let directory: string
  let env: Record<string, string>
  let run: ChildProcess
  let output = ''
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rollcall-start-in-browser-'))
    // Under root Postgres runs as another user, who must be able to enter; what it writes is removed with the rest then.
    await chmod(directory, 0o755)
    env = { HOME: process.env.HOME ?? '', ROLLCALL_DATA_DIR: directory }
    run = spawn(process.execPath, [join(PROJECT_ROOT, 'services/cli/dist/main.js'), 'start'], { env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [run.stdout, run.stderr]) stream?.on('data', (data) => (output += data))
  })
  afterAll(async () => {
    if (run.exitCode === null) {
      const ended = new Promise((resolve) => run.once('close', resolve))
      run.kill('SIGINT')
      await ended
    }
    await rm(directory, { recursive: true, force: true })
  })

  const link = () =>
    vi.waitUntil(
      () => {
        if (run.exitCode !== null) throw new Error(`ended too early:\n${output}`)
        return /audit: (http:\/\/127\.0\.0\.1:\d+\/#token=\S+)/.exec(output)?.[1]
      },
      { timeout: READY_MS_MAX },
    )

  it('sees today’s measures, goes down to a window and a call of it, and takes a pack away that node verify.mjs passes', { timeout: 900_000 }, async () => {
    const browser = await openChromium()
    try {
      const page = await browser.newPage()
      const complaints: string[] = []
      page.on('pageerror', ({ message }) => complaints.push(message))
      await page.goto(await link())
      const account = page.getByRole('article', { name: 'demo' })
      for (const measure of ['Completeness', 'Timeliness', 'Webhook yield']) await account.getByRole('region', { name: measure }).waitFor(SHOWN)
      await account.getByText(/% of [\d,]+ ends of calls within/).waitFor(SHOWN)
      expect(page.url()).not.toContain('token')

      await account.getByRole('link', { name: /^\w+day, \d+ \w+ \d{4}$/ }).click()
      await page.getByRole('grid').waitFor(SHOWN)
      await page
        .getByRole('link', { name: /^\d\d:\d\d to \d\d:\d\d: final, [1-9]\d* of [1-9]\d* listed calls held/ })
        .first()
        .click(FINAL)
      await page.getByText(/^Complete, because it is closed and every one of the \d+ calls/).waitFor(SHOWN)
      await page.getByText(/Certificate no\. \d+ is record \d+ of the log; .* lead from it to the root above, computed in this page\./).waitFor(SIGNED)
      const window = page.url()
      const from = decodeURIComponent(/\/window\/(.*)$/.exec(window)?.[1] ?? '')
      const to = new Date(Date.parse(from) + 300_000).toISOString()

      const call = page.getByRole('region', { name: 'Calls' }).getByRole('rowheader').getByRole('link').first()
      const callSid = (await call.textContent()) ?? ''
      await call.click()
      await page.getByRole('heading', { level: 1, name: callSid }).waitFor(SHOWN)
      await page.getByText(/^Exotel’s API confirms this call/).waitFor(SHOWN)
      await page.goBack()
      expect(page.url()).toBe(window)

      await page.locator('summary', { hasText: 'Download' }).click()
      const download = page.waitForEvent('download', SHOWN)
      await page.getByRole('link', { name: 'Evidence pack', exact: true }).click()
      const file = await download
      const pack = join(directory, file.suggestedFilename())
      await file.saveAs(pack)
      const verifier = join(directory, 'verify.mjs')
      await writeFile(verifier, readZip(await readFile(pack)).get('verify.mjs') ?? '')
      const key = (await rollcallProcess(['key', 'show'], env).ended).out.trim()
      const { stdout } = await promisify(execFile)(process.execPath, [verifier, pack, '--key', key, '--account', 'demo', '--from', from, '--to', to])
      expect(stdout.trim().split('\n').at(-1)).toBe('PASS')
      expect(complaints).toEqual([])
    } finally {
      await browser.close()
    }
    const ended = new Promise((resolve) => run.once('close', resolve))
    run.kill('SIGINT')
    expect({ exitCode: await ended, output }).toMatchObject({ exitCode: 0 })
    expect(existsSync(join(directory, 'stack.json'))).toBe(false)
  })
})
