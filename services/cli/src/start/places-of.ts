import type { Places } from '../live/live-picture.ts'
import type { Ports } from './choose-ports.ts'

/** Where to look, in words short enough for 80 columns. */
export const placesOf = (ports: Ports, { simulated, logs, token }: { readonly simulated: boolean; readonly logs: string; readonly token: string }): Places => ({
  // After the #, which a browser sends to nobody: the page takes it from there.
  audit: `http://127.0.0.1:${ports.AUDIT_PORT}/#token=${token}`,
  webhooks: `http://127.0.0.1:${ports.INGEST_PORT}/hooks/<account>/<secret>`,
  metrics: [`http://127.0.0.1:${ports.INGEST_ADMIN_PORT}/metrics`, `:${ports.PROJECTOR_ADMIN_PORT}`, `:${ports.RECONCILER_ADMIN_PORT}`, `:${ports.AUDIT_ADMIN_PORT}`],
  simulator: simulated ? `http://127.0.0.1:${ports.SIMULATOR_PORT}/sim/stats  /sim/ledger` : null,
  logs,
})
