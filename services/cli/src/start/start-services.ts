import { join } from 'node:path'
import type { Clock } from '@rollcall/domain/time'
import type { Settings } from '../connection/find-settings.ts'
import { type ServiceName, serviceCommand } from '../services/service-command.ts'
import type { ChildEvent } from '../supervise/child-event.ts'
import { type Child, superviseChild } from '../supervise/supervise-child.ts'
import { untilReady } from '../supervise/until-ready.ts'
import type { Ports } from './choose-ports.ts'

export interface ChildSurroundings {
  readonly root: string
  readonly env: Settings
  readonly logsDirectory: string
  readonly ports: Ports
  readonly clock: Clock
  readonly onEvent: (event: ChildEvent) => void
}

/** In the order in which they are stopped: what brings new work goes first. Without those that are not needed calls are taken all the same. */
export const SERVICES = [
  { name: 'ingest', adminPort: 'INGEST_ADMIN_PORT', isNeeded: true },
  { name: 'reconciler', adminPort: 'RECONCILER_ADMIN_PORT', isNeeded: true },
  { name: 'projector', adminPort: 'PROJECTOR_ADMIN_PORT', isNeeded: true },
  { name: 'keeper', adminPort: 'KEEPER_ADMIN_PORT', isNeeded: true },
  { name: 'audit', adminPort: 'AUDIT_ADMIN_PORT', isNeeded: false },
] as const satisfies readonly { readonly name: ServiceName; readonly adminPort: keyof Ports; readonly isNeeded: boolean }[]

/** Starts every service as a process of its own. `ready` of each says when it works. */
export const startServices = ({ root, env, logsDirectory, ports, clock, onEvent }: ChildSurroundings): readonly Child[] =>
  SERVICES.map(({ name, adminPort, isNeeded }) =>
    superviseChild({
      name,
      command: () => serviceCommand(root, name),
      env,
      logFile: join(logsDirectory, `${name}.log`),
      untilReady: (signal) => untilReady(`http://127.0.0.1:${ports[adminPort]}/readyz`, signal),
      onEvent,
      clock,
      isNeeded,
    }),
  )
