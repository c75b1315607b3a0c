import type { ComponentChildren } from 'preact'

/** A table that may be wider than the screen: it scrolls by itself, also by the keyboard. */
export const Scroller = ({ label, children }: { label: string; children: ComponentChildren }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable without a mouse.
  <section class="scroller" aria-label={label} tabIndex={0}>
    {children}
  </section>
)
