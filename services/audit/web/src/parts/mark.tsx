import type { ComponentChildren } from 'preact'

/** A word with a colour and a shape, for what is well, or is not. */
export const Mark = ({ tone, children, tip }: { tone: 'good' | 'news' | 'poor' | 'bad' | 'quiet'; children: ComponentChildren; tip?: string }) => (
  <span class={`badge is-${tone}`} {...(tip ? { 'data-tip': tip } : {})}>
    {children}
  </span>
)
