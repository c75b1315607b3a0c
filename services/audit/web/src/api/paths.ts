import type { AUDIT_ROUTES, AuditRouteName } from '@rollcall/contracts/audit-api/routes'

/** Method and path of the questions this page asks. Typed by the contract's own table, whose schemas would be most of the page's bytes; paths.test.ts holds them equal. */
export const PATHS = {
  session: 'GET /v1/session',
  signIn: 'POST /v1/session',
  signOut: 'DELETE /v1/session',
  accounts: 'GET /v1/accounts',
  completeness: 'GET /v1/accounts/:account/completeness',
  days: 'GET /v1/accounts/:account/days',
  day: 'GET /v1/accounts/:account/days/:day',
  signOffs: 'GET /v1/accounts/:account/days/:day/sign-offs',
  signDay: 'POST /v1/accounts/:account/days/:day/sign-offs',
  window: 'GET /v1/accounts/:account/windows/:from',
  calls: 'GET /v1/accounts/:account/calls',
  call: 'GET /v1/accounts/:account/calls/:callSid',
  revealCall: 'POST /v1/accounts/:account/calls/:callSid/reveal',
  raw: 'GET /v1/accounts/:account/calls/:callSid/observations/:partition/:offset',
  revealRaw: 'POST /v1/accounts/:account/calls/:callSid/observations/:partition/:offset/reveal',
  callProof: 'GET /v1/accounts/:account/calls/:callSid/proof',
  certificates: 'GET /v1/accounts/:account/certificates',
  exportCalls: 'GET /v1/accounts/:account/export',
  checkpoint: 'GET /v1/checkpoint',
  inclusion: 'GET /v1/proofs/inclusion',
  exceptions: 'GET /v1/accounts/:account/exceptions',
  exceptionCounts: 'GET /v1/accounts/:account/exception-counts',
  exception: 'GET /v1/accounts/:account/exceptions/:id',
  actOnException: 'POST /v1/accounts/:account/exceptions/:id/history',
  runs: 'GET /v1/accounts/:account/runs',
  run: 'GET /v1/accounts/:account/runs/:run',
  accessLog: 'GET /v1/accounts/:account/access-log',
} as const satisfies { readonly [Name in AuditRouteName]?: `${(typeof AUDIT_ROUTES)[Name]['method']} ${(typeof AUDIT_ROUTES)[Name]['path']}` }
export type AskedRoute = keyof typeof PATHS

/** A question: the path's parameters and the query string's. */
export interface Question {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string | number | null | undefined>>
}

/** The relative address of a question. Every parameter is escaped. */
export const addressOf = (route: AskedRoute, { params = {}, query = {} }: Question): string => {
  const path = PATHS[route].replace(/^\w+ /, '').replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
  const asked = new URLSearchParams(Object.entries(query).flatMap(([key, value]) => (value === null || value === undefined || value === '' ? [] : [[key, String(value)]])))
  return `.${path}${asked.size > 0 ? `?${asked}` : ''}`
}
