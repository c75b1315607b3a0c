import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { listSettings } from '@rollcall/exotel-simulator/setting-list'
import { PROJECT_ROOT } from '@rollcall/local/project-root'
import { describe, expect, it } from 'vitest'

const readme = readFileSync(join(PROJECT_ROOT, 'packages/exotel-simulator/README.md'), 'utf8')

describe('the simulator’s README', () => {
  it('shows the example that is run', () => {
    const [, example] = /```ts\n([\s\S]*?)```/.exec(readme) ?? []
    expect(example).toBe(readFileSync(join(PROJECT_ROOT, 'test/simulation/simulator-readme.int.test.ts'), 'utf8'))
  })

  it('names settings that there are', () => {
    const paths = listSettings().map(({ path }) => path)
    const named = [...readme.matchAll(/`((?:traffic|webhooks|faults|api|apiFaults|notices|account)\.[\w.]+)`/g)].map(([, path]) => path as string)
    expect(named.length).toBeGreaterThan(20)
    for (const path of named)
      expect(
        paths.some((one) => one === path || one.startsWith(`${path}.`)),
        path,
      ).toBe(true)
  })
})
