import { useLayoutEffect } from 'preact/hooks'

/** Names the view in the tab and in the history. */
export const useTitle = (title: string): void => {
  useLayoutEffect(() => {
    document.title = `${title} · Rollcall`
  }, [title])
}
