import type { RunItem } from '@rollcall/contracts/audit-api/run'
import { Mark } from '../parts/mark.tsx'

const OUTCOMES: Readonly<Record<RunItem['outcome'], readonly ['good' | 'news' | 'poor' | 'bad' | 'quiet', string, string]>> = {
  running: ['news', 'running', 'It is under way.'],
  complete: ['good', 'complete', 'Everything that was due was done.'],
  'gaps-remain': ['poor', 'gaps remain', 'It is done; some windows could not be closed yet.'],
  'lease-lost': ['quiet', 'lease lost', 'Another process runs for this account now.'],
  stopped: ['quiet', 'stopped', 'It was told to stop.'],
  failed: ['bad', 'failed', 'It ended with an error.'],
}

/** How a run ended. */
export const OutcomeMark = ({ outcome }: { outcome: RunItem['outcome'] }) => (
  <Mark tone={OUTCOMES[outcome][0]} tip={OUTCOMES[outcome][2]}>
    {OUTCOMES[outcome][1]}
  </Mark>
)
