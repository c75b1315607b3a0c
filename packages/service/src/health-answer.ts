export type Readiness = { readonly ready: true } | { readonly ready: false; readonly reason: string }

/** The answer to `/livez` and `/readyz`; null for any other path. Live means only that the event loop answers. */
export const healthAnswer = (path: string, ready: () => Readiness): { readonly status: 200 | 503; readonly body: string } | null => {
  if (path === '/livez') return { status: 200, body: 'live' }
  if (path !== '/readyz') return null
  const state = ready()
  return state.ready ? { status: 200, body: 'ready' } : { status: 503, body: `not ready: ${state.reason}` }
}
