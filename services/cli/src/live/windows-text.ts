/** The order in which a window goes through its states. */
const STATES = ['open', 'settling', 'provisional', 'final', 'amended', 'gap'] as const
const ONLY_WHERE_ANY: ReadonlySet<string> = new Set(['amended', 'gap'])

/** How many windows are in each state: `1 open, 1 settling, 0 provisional, 3 final`; amended ones and gaps only where there are any, `none yet` before the first. */
export const windowsText = (windows: Readonly<Record<string, number>>): string =>
  Object.keys(windows).length === 0
    ? 'none yet'
    : STATES.filter((state) => !ONLY_WHERE_ANY.has(state) || (windows[state] ?? 0) > 0)
        .map((state) => `${windows[state] ?? 0} ${state}`)
        .join(', ')
