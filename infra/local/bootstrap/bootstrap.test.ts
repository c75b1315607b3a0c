import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { wantedPnpm } from './find-pnpm.mjs'
import { nodeProblem } from './node-version.mjs'
import { ROOT } from './root.mjs'

const packageJson = async () => JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'))

describe('the version of Node', () => {
  it.each(['20.19.0', '20.20.2', '21.0.0', '22.12.0', '24.1.0', '100.0.0'])('%s is enough', (version) => expect(nodeProblem(version)).toBeNull())
  it.each(['20.18.3', '20.9.0', '18.20.4', '8.0.0'])('%s is refused by name, with what to do', (version) => {
    expect(nodeProblem(version)).toMatch(new RegExp(`needs Node 20.19 or newer and this is Node ${version}. Install`))
  })
  it('needed is the one package.json says', async () => {
    const { engines } = await packageJson()
    expect(nodeProblem(engines.node.replace('>=', ''))).toBeNull()
    expect(nodeProblem('20.18.99')).toContain(engines.node.replace('>=', ''))
  })
})

describe('the version of pnpm', () => {
  it.each([
    ['pnpm@10.34.9', '10.34.9'],
    ['pnpm@10.34.9+sha512.abc', '10.34.9'],
  ])('in %s is %s', (text, version) => expect(wantedPnpm(text)).toBe(version))
  it.each([undefined, 'yarn@4.0.0', 'pnpm'])('in %s is missed by name', (text) => expect(() => wantedPnpm(text)).toThrow('packageManager is'))
  it('is named by package.json', async () => expect(wantedPnpm((await packageJson()).packageManager)).toMatch(/^\d+\.\d+\.\d+$/))
})
