import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** The machine's Chromium; null where there is none, which CI does not let pass. */
export const chromiumHere = ((): string | null => {
  const found = (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .find(existsSync)
  if (found === undefined && process.env.CI === 'true') throw new Error('Chromium is not installed; CI needs it: apt-get install chromium')
  return found ?? null
})()

/** Opens it. As root, which CI is, it has no sandbox; it only ever sees our own pages. */
export const openChromium = (): Promise<Browser> => chromium.launch({ ...(chromiumHere === null ? {} : { executablePath: chromiumHere }), args: ['--no-sandbox'] })
