import { LogUnavailableError } from '../event-log.ts'
import { kafkaClient } from './kafka-client.ts'
import { withDeadline } from './with-deadline.ts'

/** Short, because this is what readiness polls. */
const DESCRIBE_CONNECT_MS_MAX = 1_000
const DESCRIBE_REQUEST_MS_MAX = 2_000
const DESCRIBE_MS_MAX = 5_000

export interface ClusterDescription {
  /** How many brokers are up and registered. */
  readonly brokers: number
  readonly clusterId: string
  /** Node id of the active controller; null while none is elected. */
  readonly controller: number | null
}

/**
 * What the cluster says of itself, asked once over a connection of its own.
 * @throws LogUnavailableError when no broker answers within five seconds.
 */
export const describeCluster = async (brokers: readonly string[]): Promise<ClusterDescription> => {
  const client = kafkaClient({ brokers, clientId: 'rollcall-describe', connectMsMax: DESCRIBE_CONNECT_MS_MAX, requestMsMax: DESCRIBE_REQUEST_MS_MAX })
  const admin = client.admin({ retry: { retries: 0 } })
  try {
    const ask = async () => {
      await admin.connect()
      return admin.describeCluster()
    }
    const { brokers: nodes, clusterId, controller } = await withDeadline(ask(), DESCRIBE_MS_MAX)
    return { brokers: nodes.length, clusterId, controller }
  } catch (cause) {
    throw new LogUnavailableError(`Kafka at ${brokers.join(', ')} did not answer; it must run and be reachable at the addresses of KAFKA_BROKERS`, { cause })
  } finally {
    // A broker that went away half way can make disconnecting fail; there is nothing left to release then.
    await admin.disconnect().catch(() => undefined)
  }
}
