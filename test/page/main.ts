/** Pictures of every view, as people see them: `pnpm screenshots`. From the audit service as it runs, over a made-up account, on a desk and on a phone, in light and in dark; into `.screenshots`. */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { chromiumHere, openChromium } from '@rollcall/audit-web/testing/chromium'
import { viewsOf } from '@rollcall/audit-web/testing/views'
import { visit } from '@rollcall/audit-web/testing/visit'
import { PROJECT_ROOT } from '@rollcall/local/project-root'
import { startSeededPage } from './start-seeded-page.ts'

const FOLDER = join(PROJECT_ROOT, '.screenshots')
const SCREENS = [
  { width: 1_280, height: 800 },
  { width: 390, height: 844 },
] as const
const onLine = (line: string): void => void process.stderr.write(`${line}\n`)

if (chromiumHere === null) throw new Error('Chromium is not installed; needed is one of its usual names in PATH')
const stopping = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopping.abort())
await rm(FOLDER, { recursive: true, force: true })
await mkdir(FOLDER)
const served = await startSeededPage(onLine, stopping.signal)
const browser = await openChromium()
try {
  let pictures = 0
  for (const viewport of SCREENS)
    for (const colorScheme of ['light', 'dark'] as const) {
      const visitor = await visit(browser, served, '/', { token: served.token, viewport, colorScheme })
      for (const [name, show] of Object.entries(viewsOf(served.subject))) {
        stopping.signal.throwIfAborted()
        await show(visitor)
        await visitor.page.waitForLoadState('networkidle')
        await visitor.page.screenshot({ path: join(FOLDER, `${name.replaceAll(' ', '-')}.${viewport.width}.${colorScheme}.png`), fullPage: true })
        pictures += 1
      }
      for (const complaint of visitor.complaints) onLine(`the browser complains: ${complaint}`)
      await visitor.close()
    }
  console.log(`${pictures} pictures in ${FOLDER}`)
} finally {
  await browser.close()
  await served.stop()
}
