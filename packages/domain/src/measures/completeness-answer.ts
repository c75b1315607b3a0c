/** What completeness comes to: `unproven` is neither; some windows are not closed, and a gap never will be. */
export type CompletenessAnswer = 'complete' | 'incomplete' | 'unproven'

/** A closed window that lacks a call decides, whatever the others are: what is missing there is missing for good. Pure. */
export const completenessAnswer = ({
  windowsExpected,
  closed,
}: {
  readonly windowsExpected: number
  readonly closed: { readonly windows: number; readonly listed: number; readonly exact: number }
}): CompletenessAnswer => {
  if (closed.exact !== closed.listed) return 'incomplete'
  return closed.windows === windowsExpected ? 'complete' : 'unproven'
}
