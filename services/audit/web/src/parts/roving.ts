import { useCallback, useRef, useState } from 'preact/hooks'

/** Keys that move the focus within a grid. */
export type Move = 'left' | 'right' | 'up' | 'down' | 'start' | 'end' | 'page-up' | 'page-down' | 'first' | 'last'

/** What a key means in a grid; null: nothing. Pure. */
export const moveOf = ({ key, ctrlKey }: Pick<KeyboardEvent, 'key' | 'ctrlKey'>): Move | null => {
  if (key === 'Home') return ctrlKey ? 'first' : 'start'
  if (key === 'End') return ctrlKey ? 'last' : 'end'
  return MOVES[key] ?? null
}
const MOVES: Readonly<Record<string, Move>> = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down', PageUp: 'page-up', PageDown: 'page-down' }

/**
 * One stop for the Tab key in a whole grid; arrows move on from there (a roving tabindex). Cells carry `data-cell`; `next` says which cell a move
 * leads to, null where it ends.
 */
export const useRoving = (first: string, next: (from: string, move: Move) => string | null) => {
  const [at, setAt] = useState<string | null>(null)
  const grid = useRef<HTMLDivElement>(null)
  const current = at ?? first
  const onKeyDown = useCallback(
    (event: KeyboardEvent) => {
      const move = moveOf(event)
      const from = event.target instanceof Element ? event.target.closest('[data-cell]')?.getAttribute('data-cell') : null
      if (move === null || !from) return
      event.preventDefault()
      const to = next(from, move)
      if (to === null) return
      setAt(to)
      grid.current?.querySelector<HTMLElement>(`[data-cell="${to}"]`)?.focus()
    },
    [next],
  )
  const onFocus = useCallback((cell: string) => setAt(cell), [])
  return { grid, onKeyDown, onFocus, tabIndexOf: (cell: string) => (cell === current ? 0 : -1) }
}
