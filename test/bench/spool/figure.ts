/** One figure of a promise: what was reached, what is needed, and whether it is. */
export interface Figure {
  /** Of the reliability goals, R9 to R14. */
  readonly goal: string
  readonly what: string
  readonly measured: string
  readonly needed: string
  /** Null where nothing is asked. */
  readonly met: boolean | null
}

/** As Markdown. Pure. */
export const renderFigures = (figures: readonly Figure[]): string =>
  [
    ['goal', 'what', 'measured', 'needed', ''],
    ['---', '---', '--:', '--:', '---'],
    ...figures.map(({ goal, what, measured, needed, met }) => [goal, what, measured, needed, met === null ? '' : met ? 'met' : '**missed**']),
  ]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n')

export const quantile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

export const inMs = (milliseconds: number): string => `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`
