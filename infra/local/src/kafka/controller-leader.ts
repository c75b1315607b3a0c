import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

/** Kafka's own file of what a voter knows of the quorum (KafkaRaft, QuorumStateData version 0 and 1); -1: it knows of no leader. */
const QuorumState = z.object({ leaderId: z.int(), leaderEpoch: z.int() })

/**
 * The node that leads the controllers, as the voter that has seen the latest epoch wrote it to its disk; null while none is known. Clients
 * are told a broker at random instead (KRaft hides its controllers), so the disk is asked.
 */
export const controllerLeader = async (nodes: readonly { readonly dataDirectory: string }[]): Promise<number | null> => {
  const states = await Promise.all(
    nodes.map(({ dataDirectory }) =>
      readFile(join(dataDirectory, '__cluster_metadata-0/quorum-state'), 'utf8')
        .then((text) => QuorumState.parse(JSON.parse(text)))
        .catch(() => ({ leaderId: -1, leaderEpoch: -1 })),
    ),
  )
  const latest = states.reduce((a, b) => (b.leaderEpoch > a.leaderEpoch || (b.leaderEpoch === a.leaderEpoch && b.leaderId > a.leaderId) ? b : a))
  return latest.leaderId < 0 ? null : latest.leaderId
}
