import { hash } from 'node:crypto'
import type { CoveragePolicy } from '@rollcall/domain/window/coverage'
import type { ReconcilerDeps } from './reconciler-deps.ts'

/** What concluded, and by which settings: so that a certificate shows when either changed. */
export const softwareOf = ({ software, policy, coverage }: Pick<ReconcilerDeps, 'software' | 'policy'> & { readonly coverage: Pick<CoveragePolicy, 'rules'> }) => ({
  ...software,
  policySha256: hash('sha256', JSON.stringify([policy, coverage.rules])),
})
