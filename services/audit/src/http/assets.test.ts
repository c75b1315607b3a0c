import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { readAssets } from './assets.ts'

const MIB = 1_048_576
let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rollcall-assets-'))
  await mkdir(join(directory, 'assets'))
  const here = directory
  onTestFinished(() => rm(here, { recursive: true, force: true }))
})
const put = (name: string, text: string) => writeFile(join(directory, name), text)

describe('what is served to anybody', () => {
  it('is what the page is made of, each by its path; for good where its name has its hash in it', async () => {
    await Promise.all([put('index.html', '<p>'), put('assets/a-1f2e.js', '1'), put('assets/notes.md', 'x'), put('.env', 'x')])
    const { find } = await readAssets(directory, new Map([['/docs', { type: 'text/html', body: 'd', immutable: false }]]))
    expect([find('/index.html'), find('/'), find('/assets/a-1f2e.js'), find('/docs')]).toMatchObject([
      { type: 'text/html; charset=utf-8', immutable: false },
      { body: Buffer.from('<p>'), immutable: false },
      { type: 'text/javascript; charset=utf-8', immutable: true },
      { body: 'd' },
    ])
    for (const path of ['/assets/notes.md', '/.env', '/assets', '/assets/../index.html', '']) expect([path, find(path)]).toEqual([path, null])
  })

  it('is all in memory, and so has a bound', async () => {
    await put('large.svg', '')
    await truncate(join(directory, 'large.svg'), 16 * MIB)
    expect((await readAssets(directory, new Map())).find('/large.svg')?.body).toHaveLength(16 * MIB)
    await put('one-more.svg', 'x')
    await expect(readAssets(directory, new Map())).rejects.toThrow(/holds more than 16777216 bytes/)
  })

  it('says so where the page is not built', async () => {
    const { find } = await readAssets(join(directory, 'none'), new Map())
    expect([String(find('/')?.body), find('/index.html')]).toEqual([expect.stringContaining('not built'), null])
  })
})
