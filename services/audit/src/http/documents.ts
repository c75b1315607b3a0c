import { AUDIT_ROUTES, type AuditRoute } from '@rollcall/contracts/audit-api/routes'
import { z } from 'zod'
import type { Asset } from './assets.ts'
import { openApiDocument } from './open-api.ts'
import { openApiPath } from './open-api-path.ts'

const CSS = `:root{color-scheme:light dark;--line:light-dark(#c3c4bd,#474c55)}
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;background:light-dark(#f6f6f3,#121315);color:light-dark(#1b1c1e,#e8e8e5);overflow-wrap:anywhere}
a{color:light-dark(#1f4fbf,#94b4ff)}a:focus-visible,summary:focus-visible,pre:focus-visible{outline:2px solid;outline-offset:2px}
code,pre{font-family:ui-monospace,monospace;font-size:.875rem}
pre{overflow:auto;padding:.75rem;border:1px solid var(--line);border-radius:8px;background:light-dark(#fff,#1a1c1f);overflow-wrap:normal}
nav ul{list-style:none;padding:0;columns:26rem}nav li{break-inside:avoid;padding:.125rem 0 .125rem 1rem;text-indent:-1rem}
section{border-top:1px solid var(--line);padding:1rem 0}h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:0}h2 code{font-size:1rem}
section p{margin:.25rem 0}summary{width:fit-content;padding:.25rem 0;cursor:pointer}`

const escaped = (text: string): string => text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`)
const askedBy = ({ method, path }: AuditRoute): string => `<code>${method} ${escaped(openApiPath(path)).replaceAll('/', '/<wbr>')}</code>`
const sentence = (text: string): string => escaped(/[.?]$/.test(text) ? text : `${text}.`)

const shown = (route: string, part: string, schema: z.ZodType | undefined, io: 'input' | 'output'): string =>
  schema === undefined
    ? ''
    : `<details><summary>${part}</summary><pre tabindex="0" role="group" aria-label="${part} of ${route}">${escaped(JSON.stringify(z.toJSONSchema(schema, { io, unrepresentable: 'any' }), null, 2))}</pre></details>`

const sectionOf = ([name, route]: [string, AuditRoute]): string =>
  `<section id="${name}" aria-labelledby="${name}-asked"><h2 id="${name}-asked">${askedBy(route)}</h2>
<p>${sentence(route.summary)}</p><p>${route.scope === null ? 'Any valid token.' : `Scope <code>${route.scope}</code>.`}</p>
${shown(name, 'Path', route.params, 'input')}${shown(name, 'Query', route.query, 'input')}${shown(name, 'Body', route.body, 'input')}${shown(name, 'Answer', route.answer, 'output')}</section>`

const page = (): string => {
  const routes = Object.entries(AUDIT_ROUTES) as [string, AuditRoute][]
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Rollcall audit API</title><link rel="icon" href="/favicon.svg"><link rel="stylesheet" href="/docs.css"></head>
<body><header><h1>Rollcall audit API</h1><p>As <a href="/openapi.json">OpenAPI 3.1</a>. Send <code>Authorization: Bearer</code> and a token of <code>rollcall token create</code>. Errors are <code>application/problem+json</code>. <a href="/">The page for auditors</a> asks by it.</p></header>
<nav aria-label="Routes"><ul>${routes.map(([name, route]) => `<li><a href="#${name}">${askedBy(route)}</a></li>`).join('')}</ul></nav>
<main>${routes.map(sectionOf).join('\n')}</main></body></html>`
}

/** The description of the API, for programs and for people, without anything from elsewhere. */
export const documents = (): ReadonlyMap<string, Asset> =>
  new Map<string, Asset>([
    ['/openapi.json', { type: 'application/json; charset=utf-8', body: JSON.stringify(openApiDocument()), immutable: false }],
    ['/docs', { type: 'text/html; charset=utf-8', body: page(), immutable: false }],
    ['/docs.css', { type: 'text/css; charset=utf-8', body: CSS, immutable: false }],
  ])
