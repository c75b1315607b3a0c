import { defineConfig } from 'vitest/config'

/** Tests run from the sources: the `source` condition of every package's exports. */
const resolve = { conditions: ['source'] }
const ssr = { resolve: { conditions: ['source'], externalConditions: ['source'] } }
const exclude = ['**/node_modules/**', '**/dist/**', '**/.cache/**']
const roots = ['packages', 'services', 'infra', 'test']
const files = (suffix: string) => roots.map((root) => `${root}/**/*.${suffix}.ts`)

/** One Kafka node and one Postgres for the run, shared by the projects that need them. */
const globalSetup = ['infra/local/src/testing/global-setup.ts']

/** What a process does takes as long as the machine lets it: a wait for it ends when it is done, or has surely failed. */
const waiting = { poll: { timeout: 30_000 } }

/** Cheapest first, one group after the other. The suffix tells the cost: `.test.ts` is pure, `.int.test.ts` needs Kafka, Postgres or processes, `.e2e.test.ts` the whole stack, `.browser.test.ts` Chromium and the page that was built. The dearer ones wait more than they work, so two run at once on any machine. */
export default defineConfig({
  test: {
    projects: [
      {
        resolve,
        ssr,
        test: {
          name: 'pure',
          sequence: { groupOrder: 0 },
          include: files('test'),
          exclude: [...exclude, '**/*.int.test.ts', '**/*.e2e.test.ts', '**/*.browser.test.ts'],
          // Nothing to keep apart: to load every module anew for every file took as long as the tests.
          isolate: false,
          maxWorkers: 2,
          testTimeout: 60_000,
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'int',
          sequence: { groupOrder: 1 },
          globalSetup,
          include: files('int.test'),
          exclude,
          maxWorkers: 2,
          expect: waiting,
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'e2e',
          sequence: { groupOrder: 2 },
          globalSetup,
          include: files('e2e.test'),
          exclude,
          testTimeout: 600_000,
          hookTimeout: 300_000,
          maxWorkers: 2,
          expect: waiting,
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'browser',
          sequence: { groupOrder: 3 },
          include: files('browser.test'),
          exclude,
          maxWorkers: 2,
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
