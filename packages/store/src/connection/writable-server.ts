import { setTimeout as sleep } from 'node:timers/promises'
import type { DatabaseServer } from '@rollcall/contracts/database-url'
import { StoreUnavailableError } from '../errors.ts'
import { askServer } from './ask-server.ts'
import { type Asked, chooseServer, type KnownServers, NOTHING_KNOWN } from './choose-server.ts'

/** How long the others are waited for when one that takes writes has answered: one with a higher timeline may be among them. */
const OTHERS_MS_MAX = 250

/** Finds the server that takes writes, as often as it is asked, and remembers what was found. */
export interface WritableServer {
  /** @throws StoreUnavailableError where there is none now; what each server said is in the message. */
  find(): Promise<DatabaseServer>
}

export const createWritableServer = (servers: readonly DatabaseServer[], ask: (server: DatabaseServer) => Promise<Asked> = askServer): WritableServer => {
  let known: KnownServers = NOTHING_KNOWN
  return {
    find: async () => {
      const asked = await askAll(servers, ask, known)
      const choice = chooseServer(asked, known)
      const found = choice.kind === 'chosen' ? servers.find(({ place }) => place === choice.place) : undefined
      if (choice.kind === 'none' || found === undefined)
        throw new StoreUnavailableError(`no server of DATABASE_URL can be used: ${choice.kind === 'none' ? choice.why : choice.place}`)
      known = choice.known
      return found
    },
  }
}

/** All at once. Whoever has not answered shortly after one that can be used counts as away. */
const askAll = async (servers: readonly DatabaseServer[], ask: (server: DatabaseServer) => Promise<Asked>, known: KnownServers): Promise<readonly Asked[]> => {
  const answers = new Map<string, Asked>()
  const asking = servers.map(async (server) => {
    const asked = await ask(server)
    answers.set(server.place, asked)
    if (chooseServer([asked], known).kind === 'none') throw new Error('not this one')
  })
  const all = Promise.allSettled(asking)
  await Promise.any(asking).catch(() => {})
  const late = new AbortController()
  await Promise.race([all, sleep(OTHERS_MS_MAX, undefined, { signal: late.signal }).catch(() => {})])
  late.abort()
  return servers.map(({ place }) => answers.get(place) ?? { kind: 'failed', place, why: 'has not answered yet' })
}
