import { extname } from 'node:path'

/** Files, and what the API has: whoever asks for one of them and is wrong is told so. */
const NO_PLACES = /^\/(v1|assets|docs)(\/|$)/
const FILES: ReadonlySet<string> = new Set(['.html', '.js', '.css', '.svg', '.json', '.txt', '.ico', '.png', '.map', '.xml', '.php'])

/**
 * Where a browser is sent that went to `/acme/day/2026-11-24`: to the page itself, which has its place in the fragment; null for what is no place in it. The
 * address is relative, so that it holds behind a proxy that serves the page below a path of its own, and so that it never leads to another host. Pure.
 * @param path of the request, beginning with a slash, without query
 * @param accepts its header `accept`
 */
export const placeInPage = (path: string, accepts: string): string | null => {
  if (!accepts.includes('text/html') || NO_PLACES.test(path) || FILES.has(extname(path))) return null
  const up = '../'.repeat(path.split('/').length - 2)
  return `${up === '' ? './' : up}#${path.replace(/\/+$/, '')}`
}
