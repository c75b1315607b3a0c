import type { ComponentChildren } from 'preact'

/** Where this view is: links from the whole to the part. */
export const Crumbs = ({ links, here }: { links: readonly (readonly [string, string])[]; here: ComponentChildren }) => (
  <nav class="crumbs" aria-label="You are here">
    <ol>
      {links.map(([name, href]) => (
        <li key={href}>
          <a href={href}>{name}</a>
        </li>
      ))}
      <li aria-current="page">{here}</li>
    </ol>
  </nav>
)
