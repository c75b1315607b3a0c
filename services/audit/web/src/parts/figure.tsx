import type { ComponentChildren } from 'preact'

/** One number with what it counts. */
export const Figure = ({ label, children, tone, tip }: { label: string; children: ComponentChildren; tone?: string; tip?: string }) => (
  <div class={`figure ${tone ? `tone-${tone}` : ''}`}>
    <dt>{label}</dt>
    <dd {...(tip ? { 'data-tip': tip } : {})}>{children}</dd>
  </div>
)
