import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'

export interface Asset {
  readonly type: string
  readonly body: Buffer | string
  /** Its name has its hash in it: it never changes. */
  readonly immutable: boolean
}

export interface Assets {
  /** What is served at a path; null for nothing. */
  find(path: string): Asset | null
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.woff2': 'font/woff2',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
}
const BYTES_MAX = 16 * 1_024 * 1_024
const NO_PAGE = '<!doctype html><html lang="en"><title>Rollcall audit</title><p>The web page is not built here. <a href="/docs">The API is described here</a>.</p></html>'

/** Everything in the page's folder, read once, and the documents beside it, by their paths. A folder that is not there is a page that is not built. */
export const readAssets = async (directory: string, documents: ReadonlyMap<string, Asset>): Promise<Assets> => {
  const assets = new Map(documents)
  let bytes = 0
  const names = await readdir(directory, { recursive: true, withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  for (const entry of names) {
    const type = TYPES[extname(entry.name)]
    if (!entry.isFile() || type === undefined) continue
    const file = join(entry.parentPath, entry.name)
    const path = `/${relative(directory, file).split(sep).join('/')}`
    const body = await readFile(file)
    bytes += body.length
    if (bytes > BYTES_MAX) throw new Error(`${directory} holds more than ${BYTES_MAX} bytes; needed is the built page alone`)
    assets.set(path, { type, body, immutable: path.startsWith('/assets/') })
  }
  const page = assets.get('/index.html') ?? { type: TYPES['.html'] as string, body: NO_PAGE, immutable: false }
  return {
    find: (path) => assets.get(path) ?? (path === '/' ? page : null),
  }
}
