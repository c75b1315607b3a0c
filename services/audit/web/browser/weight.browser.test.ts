import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'

const JAVASCRIPT_BYTES_MAX = 150_000

describe('the page', () => {
  it('is at most 150 kB of compressed JavaScript, all of it together', async () => {
    const assets = fileURLToPath(new URL('../dist/page/assets/', import.meta.url))
    const scripts = (await readdir(assets)).filter((name) => extname(name) === '.js')
    const sizes = await Promise.all(scripts.map(async (name) => gzipSync(await readFile(join(assets, name))).length))
    expect(sizes.length).toBeGreaterThan(0)
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(JAVASCRIPT_BYTES_MAX)
  })

  it('has nothing inline, and loads nothing from elsewhere', async () => {
    const html = await readFile(fileURLToPath(new URL('../dist/page/index.html', import.meta.url)), 'utf8')
    expect(html).not.toMatch(/<style|style=|\son\w+=|<script(?![^>]*\ssrc="\.\/)|https?:|\/\//)
  })
})
