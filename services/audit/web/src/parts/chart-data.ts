/** Lines over time. `at` is in seconds since 1970, already moved so that UTC reads as the zone that is meant. */
export interface ChartData {
  readonly title: string
  readonly at: readonly number[]
  readonly whenText: (index: number) => string
  /** What the time axis says at such a time. */
  readonly axisText: (at: Date) => string
  readonly series: readonly { readonly label: string; readonly values: readonly (number | null)[]; readonly text: (value: number) => string }[]
}
