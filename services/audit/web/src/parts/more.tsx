import type { Paged } from '../api/use-pages.ts'
import { counted } from '../measures/share.ts'

/** The end of a list: how much is shown, and the way to more. */
export function More<Item>({ paged: { items, more, busy, problem }, one }: { paged: Paged<Item>; one: string }) {
  return (
    <div class="more">
      <span class="quiet" role="status">
        {problem === null ? `${counted(items.length, one)} shown${more === null ? ', all there are' : ''}` : `${problem.message}. ${problem.detail}`}
      </span>
      {more !== null && (
        <button type="button" onClick={more} disabled={busy}>
          {busy ? 'Reading …' : 'Show more'}
        </button>
      )}
    </div>
  )
}
