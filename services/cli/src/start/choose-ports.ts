import { createServer } from 'node:net'
import type { Settings } from '../connection/find-settings.ts'
import { SIMULATOR_PORT_DEFAULT } from '../demo/simulator-defaults.ts'

/** Where each part listens when nobody else does; the services' own defaults. */
const PREFERRED = {
  INGEST_PORT: 8080,
  INGEST_ADMIN_PORT: 9464,
  PROJECTOR_ADMIN_PORT: 9465,
  RECONCILER_ADMIN_PORT: 9466,
  KEEPER_ADMIN_PORT: 9468,
  AUDIT_PORT: 8090,
  AUDIT_ADMIN_PORT: 9467,
  SIMULATOR_PORT: SIMULATOR_PORT_DEFAULT,
} as const

export type PortName = keyof typeof PREFERRED
export type Ports = Readonly<Record<PortName, number>>

/** A port that the environment sets is used as it is, whoever holds it: its service will say so. The others move aside where theirs is taken. */
export const choosePorts = async (env: Settings): Promise<Ports> => {
  const chosen: Partial<Record<PortName, number>> = {}
  for (const [name, preferred] of Object.entries(PREFERRED) as [PortName, number][]) {
    const given = Number(env[name])
    const taken = Object.values(chosen)
    chosen[name] = given > 0 ? given : !taken.includes(preferred) && (await probe(preferred)) !== null ? preferred : await freePort(taken)
  }
  return chosen as Ports
}

const FREE_PORT_TRIES_MAX = 20

const freePort = async (taken: readonly number[]): Promise<number> => {
  for (let tries = 0; tries < FREE_PORT_TRIES_MAX; tries++) {
    const port = await probe(0)
    if (port !== null && !taken.includes(port)) return port
  }
  throw new Error('no free port on 127.0.0.1; end what holds them and start again')
}

/** The port that listening there would get, or null when it is taken. */
const probe = (port: number): Promise<number | null> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(null))
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : null))
    })
  })
