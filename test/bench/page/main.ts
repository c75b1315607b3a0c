/**
 * How soon the auditor's page is there: `pnpm bench:page --times 10`. From the audit service as it runs, a process of its own, over an account with most of a year behind it. Each time a browser context that has
 * nothing kept, signed in by the link that `npm start` prints. Prints Markdown: when something was first painted, and when what was asked for was shown; asserts nothing about speed.
 */
import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { chromiumHere, openChromium } from '@rollcall/audit-web/testing/chromium'
import { placesOf } from '@rollcall/audit-web/testing/views'
import { visit } from '@rollcall/audit-web/testing/visit'
import { startSeededPage } from '../../page/start-seeded-page.ts'
import { median } from '../median.ts'

const { values } = parseArgs({ args: process.argv.slice(2).filter((arg) => arg !== '--'), options: { times: { type: 'string', default: '10' } } })
const onLine = (line: string): void => void process.stderr.write(`${line}\n`)

if (chromiumHere === null) throw new Error('Chromium is not installed; needed is one of its usual names in PATH')
const stopping = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopping.abort())
const served = await startSeededPage(onLine, stopping.signal)
const browser = await openChromium()
try {
  const places = placesOf(served.subject)
  console.log(`load before the run ${loadavg().map((load) => load.toFixed(1))}\n`)
  console.log('| view | first contentful paint, ms: median | worst | shown, ms: median | worst |\n| --- | ---: | ---: | ---: | ---: |')
  for (const name of ['accounts', 'day'] as const) {
    const [painted, shown]: [number[], number[]] = [[], []]
    for (let time = 0; time < Number(values.times); time += 1) {
      stopping.signal.throwIfAborted()
      const visitor = await visit(browser, served, places[name], { token: served.token })
      const entry = await visitor.page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime)
      painted.push(Number(await entry.jsonValue()))
      shown.push(await visitor.page.evaluate(() => performance.now()))
      await visitor.close()
    }
    const figures = [painted, shown].flatMap((took) => [median(took), Math.max(...took)]).map((ms) => Math.round(ms))
    console.log(`| ${name} | ${figures.join(' | ')} |`)
  }
} finally {
  await browser.close()
  await served.stop()
}
