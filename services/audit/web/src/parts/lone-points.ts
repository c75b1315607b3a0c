/** Which values stand alone: no line leads to them from a neighbour, so a chart without a mark there would not show them. Pure. */
export const lonePoints = (values: readonly (number | null)[]): number[] =>
  values.flatMap((value, index) => (value !== null && (values[index - 1] ?? null) === null && (values[index + 1] ?? null) === null ? [index] : []))
