import { AUDIT_ROUTES, type AuditRoute } from '@rollcall/contracts/audit-api/routes'
import { z } from 'zod'
import type { Asset } from './assets.ts'
import { openApiDocument } from './open-api.ts'

const CSS = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}code,pre{font-family:ui-monospace,monospace;font-size:.9rem}
pre{overflow:auto;padding:.75rem;border:1px solid currentColor;border-radius:4px}section{border-top:1px solid;padding:1rem 0}h2{font-size:1.1rem}`

const escaped = (text: string): string => text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`)
const shown = (title: string, schema: z.ZodType | undefined, io: 'input' | 'output'): string =>
  schema === undefined ? '' : `<details><summary>${title}</summary><pre>${escaped(JSON.stringify(z.toJSONSchema(schema, { io, unrepresentable: 'any' }), null, 2))}</pre></details>`

const sectionOf = ([name, route]: [string, AuditRoute]): string =>
  `<section id="${name}"><h2><code>${route.method} ${escaped(route.path)}</code></h2><p>${escaped(route.summary)}. ${route.scope === null ? 'Any valid token.' : `Scope <code>${route.scope}</code>.`}</p>
${shown('Path', route.params, 'input')}${shown('Query', route.query, 'input')}${shown('Body', route.body, 'input')}${shown('Answer', route.answer, 'output')}</section>`

const page =
  (): string => `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Rollcall audit API</title><link rel="stylesheet" href="/docs.css"></head>
<body><h1>Rollcall audit API</h1><p>As <a href="/openapi.json">OpenAPI 3.1</a>. Send <code>Authorization: Bearer</code> and a token of <code>rollcall token create</code>. Errors are <code>application/problem+json</code>.</p>
${(Object.entries(AUDIT_ROUTES) as [string, AuditRoute][]).map(sectionOf).join('\n')}</body></html>`

/** The description of the API, for programs and for people, without anything from elsewhere. */
export const documents = (): ReadonlyMap<string, Asset> =>
  new Map<string, Asset>([
    ['/openapi.json', { type: 'application/json; charset=utf-8', body: JSON.stringify(openApiDocument()), immutable: false }],
    ['/docs', { type: 'text/html; charset=utf-8', body: page(), immutable: false }],
    ['/docs.css', { type: 'text/css; charset=utf-8', body: CSS, immutable: false }],
  ])
