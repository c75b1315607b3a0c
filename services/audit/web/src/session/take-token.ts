/**
 * A link that signs in has its token in the fragment, which no server or proxy sees: `#token=…`, and after `&to=` perhaps where to go.
 * It is taken out of the address bar and the history before anything is asked. Returns the token; null where there is none.
 */
export const takeToken = (where: Pick<Location, 'hash' | 'pathname' | 'search'>, history: Pick<History, 'replaceState'>): string | null => {
  const fragment = where.hash.replace(/^#/, '')
  if (!fragment.startsWith('token=')) return null
  const words = new URLSearchParams(fragment)
  const to = words.get('to') ?? '/'
  history.replaceState(null, '', `${where.pathname}${where.search}#${to.startsWith('/') ? to : '/'}`)
  return words.get('token')
}
