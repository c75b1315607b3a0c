import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { placeInPage } from './place-in-page.ts'

const WORDS = fc.constantFrom('acme', 'day', '2026-11-24', '2026-11-24T03:30:00.000Z', '%2F', '', 'x.y', 'evil.example', 'v1', '@:8080')
const HTML = 'text/html,application/xhtml+xml,*/*;q=0.8'
const led = (from: string) => new URL(placeInPage(new URL(from).pathname, HTML) ?? 'about:blank', from).href

describe('a path that a browser goes to', () => {
  it.each([
    ['https://audit.example/acme', 'https://audit.example/#/acme'],
    ['https://audit.example/acme/', 'https://audit.example/#/acme'],
    ['https://audit.example/acme/day/2026-11-24', 'https://audit.example/#/acme/day/2026-11-24'],
    ['https://audit.example/acme/window/2026-11-24T03:30:00.000Z', 'https://audit.example/#/acme/window/2026-11-24T03:30:00.000Z'],
    ['https://audit.example/v1x', 'https://audit.example/#/v1x'],
    ['https://audit.example/a/%2e%2e/acme', 'https://audit.example/#/acme'],
    ['https://audit.example//evil.example/x', 'https://audit.example/#//evil.example/x'],
  ])('%s leads to %s', (from, to) => expect(led(from)).toBe(to))

  it.each(['/v1', '/v1/accounts', '/assets/index-0.js', '/docs/none', '/acme/old.js', '/robots.txt'])('%s is no place in the page', (path) =>
    expect(placeInPage(path, HTML)).toBeNull(),
  )

  it('is none to a program', () => expect([placeInPage('/acme', '*/*'), placeInPage('/acme', '')]).toEqual([null, null]))

  it('leads to the page and to nowhere else, below any path that a proxy serves it at', () =>
    fc.assert(
      fc.property(fc.array(WORDS, { minLength: 1, maxLength: 6 }), fc.constantFrom('', '/rollcall', '/a/b'), (words, base) => {
        const path = `/${words.join('/')}`
        const to = placeInPage(path, HTML)
        if (to !== null) expect(new URL(to, `https://x${base}${path}`).href.split('#')[0]).toBe(`https://x${base}/`)
      }),
    ))
})
