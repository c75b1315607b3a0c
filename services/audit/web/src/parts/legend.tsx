import type { Level } from '../measures/level.ts'

/** What the cells of a grid mean, with how many there are of each. */
export const Legend = ({ entries }: { entries: readonly { readonly level: Level | string; readonly means: string; readonly count: number }[] }) => (
  <ul class="legend" aria-label="What the cells mean">
    {entries.map(({ level, means, count }) => (
      <li key={level} class={count === 0 ? 'unused' : ''}>
        <span class={`cell swatch level-${level}`} aria-hidden="true" />
        {means} <b>{count}</b>
      </li>
    ))}
  </ul>
)
