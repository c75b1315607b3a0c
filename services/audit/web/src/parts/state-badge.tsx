import type { WindowStateName } from '@rollcall/contracts/audit-api/measures'

/** What the states of a window mean, for somebody who does not know the words. */
export const STATE_MEANS: Readonly<Record<WindowStateName, string>> = {
  open: 'These five minutes have not ended.',
  settling: 'They have ended, and nothing is proven of them yet.',
  provisional: 'One whole reading of Exotel’s list is held exactly; calls may still be running.',
  final: 'Two equal whole readings after the longest possible call, held exactly.',
  amended: 'It was final; a later reading differed, and what it showed is held now.',
  gap: 'Exotel ceased to answer for it before it was final. It will never be closed.',
}

/** The state of a window: a word, with a mark of its own. */
export const StateBadge = ({ state }: { state: WindowStateName | null }) => (
  <span class={`badge state-${state ?? 'absent'}`} data-tip={state === null ? 'Reconciliation has not taken it on.' : STATE_MEANS[state]}>
    {state ?? 'not taken on'}
  </span>
)
