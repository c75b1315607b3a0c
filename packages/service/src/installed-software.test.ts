import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { installedSoftware } from './installed-software.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-software-'))
})
afterEach(() => rm(folder, { recursive: true }))

const git = (...args: string[]): string =>
  execFileSync('git', ['-C', folder, '-c', 'user.name=test', '-c', 'user.email=test@rollcall.test', ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()

describe('the commit that this software is of', () => {
  it('is that of the checkout, and says where the tree differs from it', async () => {
    git('init')
    await writeFile(join(folder, 'file'), 'as committed')
    git('add', 'file')
    git('commit', '-m', 'first')
    git('tag', '-a', 'v1', '-m', 'a tag is no commit')
    const commit = git('rev-parse', 'HEAD')
    expect(commit).toMatch(/^[0-9a-f]{40}$/)
    expect(installedSoftware(undefined, folder)).toEqual({ version: expect.stringMatching(/^\d+\.\d+\.\d+$/), commit })
    await writeFile(join(folder, 'file'), 'changed')
    expect(installedSoftware(undefined, folder).commit).toBe(`${commit}-dirty`)
  })

  it('is what an image says of itself, whatever the folder is', () => {
    expect(installedSoftware('0123456789abcdef0123456789abcdef01234567', folder).commit).toBe('0123456789abcdef0123456789abcdef01234567')
  })

  it('is unknown outside of a checkout', () => {
    expect(installedSoftware(undefined, folder).commit).toBeNull()
  })
})
