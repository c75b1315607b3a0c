import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const sources = ['packages', 'services'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap(({ name }) => {
    const src = join(ROOT, folder, name, 'src')
    return readdirSync(src, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
      .map((path) => join(src, path))
  }),
)
/** Each from the name of its maker to the end of the arguments, which hold no parentheses of their own. */
const instruments = sources.flatMap((path) =>
  [...readFileSync(path, 'utf8').matchAll(/\.create(?:Observable)?(?:Counter|Gauge|Histogram)\([^()]*\)/g)].map(([text]) => `${path.slice(ROOT.length + 1)}: ${text}`),
)

describe('every metric', () => {
  it('says what it is in its HELP line', () => {
    expect(instruments.length).toBeGreaterThan(10)
    expect(instruments.filter((text) => !/\bdescription\b/.test(text))).toEqual([])
  })
})
