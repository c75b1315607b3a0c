import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { CoveragePolicy } from '@rollcall/domain/window/coverage'
import type { ReconcilerDeps } from './reconciler-deps.ts'

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { readonly version: string }

/** What concluded, and by which settings: so that a certificate shows when either changed. */
export const softwareOf = ({ policy, coverage }: Pick<ReconcilerDeps, 'policy'> & { readonly coverage: Pick<CoveragePolicy, 'rules'> }) => ({
  version,
  policySha256: hash('sha256', JSON.stringify([policy, coverage.rules])),
})
