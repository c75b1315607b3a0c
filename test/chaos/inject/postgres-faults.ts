import { setTimeout as sleep } from 'node:timers/promises'
import type { PostgresServer } from '@rollcall/local/postgres/postgres-server'
import type { ServedFault } from '../plan/fault-kinds.ts'
import type { ChaosWorld } from '../world/start-chaos-world.ts'
import { type Heal, type Inject, made } from './fault.ts'
import { postgres, signalProcess } from './signal-process.ts'

type PostgresFault = Extract<ServedFault, `${string}postgres` | 'kill-replica' | `promote${string}`>

const SHUTDOWN_MS_MAX = 5_000
const POLL_MS = 50
const START_TRIES_MAX = 20
const START_AGAIN_MS = 250
/** What is committed in this time does not reach the replica. */
const BEHIND_MS = 1_500

const primaryOf = ({ postgres }: ChaosWorld): PostgresServer => postgres.nodes[postgres.primary()]
const replicaOf = ({ postgres }: ChaosWorld): PostgresServer => postgres.nodes[postgres.primary() === 0 ? 1 : 0]

/** Until the children of a killed one are gone too, a new one is refused the memory they share. */
export const startAgain = async (server: PostgresServer): Promise<void> => {
  for (let tries = 1; ; tries += 1) {
    try {
      await server.start()
      return
    } catch (error) {
      if (tries === START_TRIES_MAX) throw error
      await sleep(START_AGAIN_MS)
    }
  }
}

const ended = (server: PostgresServer, signal: NodeJS.Signals): Promise<Heal> =>
  made(
    () => signalProcess(postgres(server), signal),
    async () => {
      for (const until = performance.now() + SHUTDOWN_MS_MAX; server.pid !== null; await sleep(POLL_MS)) if (performance.now() > until) server.kill('SIGQUIT')
      await startAgain(server)
    },
  )

/** The primary is killed; the replica takes its place with what had reached it, and the former primary is made its replica. */
const promoted = async (world: ChaosWorld): Promise<Heal> => {
  primaryOf(world).kill('SIGKILL')
  await world.postgres.promote()
  return () => world.postgres.reseed()
}

export const POSTGRES_FAULTS: Readonly<Record<PostgresFault, Inject>> = {
  'kill-postgres': async (world) => ended(primaryOf(world), 'SIGKILL'),
  'quit-postgres': async (world) => ended(primaryOf(world), 'SIGQUIT'),
  'restart-postgres': async (world) => ended(primaryOf(world), 'SIGINT'),
  'kill-replica': async (world) => ended(replicaOf(world), 'SIGKILL'),
  promote: promoted,
  'promote-behind': async (world) => {
    const stream = world.links.streaming[world.postgres.primary()]
    stream?.set({ toClient: { blackhole: true } })
    await sleep(BEHIND_MS)
    primaryOf(world).kill('SIGKILL')
    stream?.end('reset')
    const heal = await promoted(world)
    stream?.set({})
    return heal
  },
}
