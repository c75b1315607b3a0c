import { runCommand } from '../process/run-command.ts'
import type { Usable } from '../usable.ts'

/** Kafka 4 brokers are compiled for Java 17. */
const JAVA_MAJOR_MIN = 17
const NEEDED = `Kafka needs Java ${JAVA_MAJOR_MIN} or newer`
const JAVA_VERSION_MS_MAX = 20_000

/** The major version in what `java -version` prints: 17 for "17.0.15", 8 for "1.8.0_392", 25 for "25-ea"; null when it names none. */
export const javaMajor = (output: string): number | null => {
  const found = /version "(?:1\.)?(\d+)/.exec(output)
  return found ? Number(found[1]) : null
}

/** Whether the `java` on PATH can run a Kafka broker. */
export const findJava = async (signal?: AbortSignal): Promise<Usable> => {
  const { ok, output, problem } = await runCommand('java', ['-version'], { timeoutMs: JAVA_VERSION_MS_MAX, signal })
  if (problem === 'not found') return { usable: false, why: `no java is on PATH (${NEEDED})` }
  const major = javaMajor(output)
  if (!ok || major === null) return { usable: false, why: `java -version says: ${output.split('\n')[0] || problem} (${NEEDED})` }
  if (major < JAVA_MAJOR_MIN) return { usable: false, why: `java is version ${major} (${NEEDED})` }
  return { usable: true, what: `Java ${major}` }
}
