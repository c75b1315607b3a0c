import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { DataDirectory } from './data-directory.ts'
import { removeDockerKafka } from './docker/docker-kafka.ts'
import { endKafkaOrphan } from './kafka/kafka-node.ts'
import { placeElsewhere } from './postgres/postgres-place.ts'
import { endPostgresOrphan } from './postgres/postgres-server.ts'

const KAFKA_NODES_MAX = 3

/** Before a fresh start: whatever a killed start left running is stopped, then all data goes, also what had to be kept elsewhere. */
export const clearEverything = async (data: DataDirectory, onLine: (line: string) => void): Promise<void> => {
  const kafka = join(data.path, 'kafka')
  const postgres = join(data.path, 'postgres')
  for (let id = 1; id <= KAFKA_NODES_MAX; id += 1) await endKafkaOrphan(id, join(kafka, `node-${id}`), onLine)
  for (const home of [postgres, placeElsewhere(postgres)]) await endPostgresOrphan(home, onLine)
  if (data.held() === 'docker') await removeDockerKafka(kafka, onLine)
  await data.clear()
  await rm(placeElsewhere(postgres), { recursive: true, force: true })
}
