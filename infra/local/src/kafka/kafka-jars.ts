import { randomUUID } from 'node:crypto'
import { readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { runCommand } from '../process/run-command.ts'
import { PROJECT_ROOT } from '../project-root.ts'
import type { Usable } from '../usable.ts'
import { KAFKA_VERSION } from './kafka-version.ts'

const DOWNLOAD_MS_MAX = 10 * 60_000
const MAVEN_VERSION_MS_MAX = 20_000
const POM = join(PROJECT_ROOT, 'infra/local/kafka/pom.xml')
const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies'

/** Where the broker's jars are kept under a cache folder; complete when it is there at all. */
export const kafkaJarsDirectory = (cacheDirectory: string): string => join(cacheDirectory, `kafka-${KAFKA_VERSION}`, 'lib')

/** Whether the jars are there, or can be fetched. Looks only. */
export const findKafkaJars = async (cacheDirectory: string, signal?: AbortSignal): Promise<Usable> => {
  if (await isThere(kafkaJarsDirectory(cacheDirectory))) return { usable: true, what: 'its cached jars' }
  const { ok, problem } = await runCommand('mvn', ['-version'], { timeoutMs: MAVEN_VERSION_MS_MAX, signal })
  return ok ? { usable: true, what: 'Maven' } : { usable: false, why: `Apache Kafka is fetched by Maven and mvn is not usable (${problem})` }
}

/** The jars of the broker: fetched once (44 MB), then renamed into place whole, so that an interrupted download leaves nothing half there. */
export const fetchKafkaJars = async (cacheDirectory: string, onLine: (line: string) => void, signal?: AbortSignal): Promise<string> => {
  const directory = kafkaJarsDirectory(cacheDirectory)
  if (await isThere(directory)) return directory
  onLine(`Kafka: fetching Apache Kafka ${KAFKA_VERSION} with Maven (44 MB, once)`)
  const temporary = `${directory}.${randomUUID()}`
  try {
    const { ok, output, problem } = await runCommand('mvn', ['-q', '-B', '-f', POM, COPY, '-DincludeScope=runtime', `-DoutputDirectory=${temporary}`], {
      timeoutMs: DOWNLOAD_MS_MAX,
      signal,
    })
    if (!ok) throw new Error(`Apache Kafka ${KAFKA_VERSION} could not be fetched with Maven (${problem}):\n${output}`)
    await rename(temporary, directory).catch(async (error) => {
      // Somebody else fetched them meanwhile: theirs are as good.
      if (!(await isThere(directory))) throw error
    })
    return directory
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

const isThere = (directory: string): Promise<boolean> =>
  readdir(directory).then(
    (names) => names.some((name) => name.startsWith('kafka-server-')),
    () => false,
  )
